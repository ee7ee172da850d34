"""Passwords: argon2id, with the least cost that OWASP's cheat sheet accepts (19 MiB, 2 passes, 1 lane)."""

import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.core.errors import InvalidInput
from app.core.i18n import N_

LEAST_LENGTH, MOST_LENGTH = 12, 200
LEAST_DIFFERENT = 5
_hasher = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1),))


def hash_password(password: str) -> str:
    return _hasher.hash(password)


@cache
def _decoy() -> str:
    return hash_password(secrets.token_urlsafe())


def is_right(password: str, password_hash: str | None) -> bool:
    """Takes as long for a login that does not exist (None) as for one that does."""
    try:
        return _hasher.verify(password[:MOST_LENGTH], password_hash or _decoy()) and password_hash is not None
    except UnknownHashError:
        return False


def refuse_weak(password: str, *own_words: str | None) -> None:
    """ASVS 5.0, 6.2: long enough, not the login or the name again, not one character over and over."""
    said = {word.casefold() for word in own_words if word}
    if len(password) < LEAST_LENGTH:
        raise InvalidInput.at(
            "password", "too_short", N_("At least %(min_length)s characters are needed."), min_length=LEAST_LENGTH
        )
    folded = password.casefold()
    if len(set(folded)) < LEAST_DIFFERENT or folded in said or any(folded == word * 2 for word in said):
        raise InvalidInput.at(
            "password", "weak_password", N_("This password is too easy to guess. Take a longer sentence.")
        )
