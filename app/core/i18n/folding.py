"""Text as it is looked for: accents, case and blanks don't count, on any database."""

import re
import unicodedata
from functools import lru_cache

# What is one letter to Unicode and two to who types it, or another sign than the keyboard has.
TYPED = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l", "’": "'"})

RUN = re.compile(r"[^\W\d_]{3,}|[0-9]{3,}")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """Accents and case removed, blanks made one: « Écran  DÉPORTÉ » and "ecran deporte" are alike."""
    if text.isascii():
        return " ".join(text.lower().split())
    letters = unicodedata.normalize("NFKD", text.translate(TYPED))
    return " ".join("".join(char for char in letters if not unicodedata.combining(char)).casefold().split())


def fold_all(*parts: str | None) -> str:
    """All that something is found by. Parts are kept apart, so that no word matches across two of them."""
    return " | ".join(fold(part) for part in parts if part)


def like_patterns(query: str) -> list[str]:
    r"""A LIKE pattern for each word asked for; `%`, `_` and `\` mean themselves (ESCAPE '\')."""
    return ["%" + re.sub(r"([%_\\])", r"\\\1", word) + "%" for word in fold(query).split()]


def runs(text: str) -> list[str]:
    """What a folded text is looked up by: its runs of three letters or three digits and more, each once."""
    return list(dict.fromkeys(RUN.findall(text)))
