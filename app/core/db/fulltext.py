"""Rows by whole words: FTS5 on SQLite, a GIN index over words on PostgreSQL (docs/decisions/0014).

Neither knows a language: a column holds words with blanks between them, and both compare them sign by sign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, cast, column, func, literal, literal_column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

Groups = Sequence[Sequence[str]]  # a word at least of each; letters, digits and `_` need no quotes


@dataclass(frozen=True, slots=True)
class FullText:
    """`index` is the name of the FTS5 table over the column `words`, and of the index on PostgreSQL."""

    key: Any
    words: Any
    index: str

    def holding(self, session: Session, groups: Groups) -> tuple[Select[int], Any]:
        """The keys of rows that hold a word of each group, and the column by which the index has them in order."""
        if session.get_bind().dialect.name == "sqlite":
            indexed = table(self.index, column("rowid", Integer))
            asked = " AND ".join("(" + " OR ".join(f'"{word}"' for word in group) + ")" for group in groups)
            matches = literal_column(self.index).op("MATCH")(literal(asked))
            return select(indexed.c.rowid.label(self.key.key)).where(matches), indexed.c.rowid
        asked = " & ".join("(" + " | ".join(f"'{word}'" for word in group) + ")" for group in groups)
        vector = func.array_to_tsvector(func.string_to_array(self.words, literal_column("' '")))
        return select(self.key).where(vector.op("@@")(cast(asked, TSQUERY))), self.key
