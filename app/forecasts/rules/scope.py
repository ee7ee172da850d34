"""Whether a plan would cover a piece that does not exist yet (S39)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """Its category and those above it; it stands at a site, in no place of it."""

    category_ids: frozenset[int]
    model_id: int | None
    site_id: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a plan covers by description: what (categories, models) and where (sites, places); `site_id` is its own."""

    category_ids: frozenset[int]
    model_ids: frozenset[int]
    site_ids: frozenset[int]
    has_places: bool
    site_id: int | None

    def takes(self, piece: Piece) -> bool:
        is_what, is_where = bool(self.category_ids or self.model_ids), bool(self.site_ids or self.has_places)
        if self.site_id not in (None, piece.site_id) or not (is_what or is_where):
            return False
        if is_what and not (self.category_ids & piece.category_ids or piece.model_id in self.model_ids):
            return False
        return not is_where or piece.site_id in self.site_ids
