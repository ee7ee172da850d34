"""What both HTTP doors share: who asks, one transaction a request, where handlers run, paging, validation messages."""

from app.http.asking import ActorIfAny, CurrentActor, House, Now, public, secret
from app.http.paging import ListFilter, Listing, Page, PageQuery, bad_cursor, cursor_after, page_of
from app.http.preconditions import IfMatch
from app.http.route import RondeRoute, reads, slow

__all__ = [
    "ActorIfAny",
    "CurrentActor",
    "House",
    "IfMatch",
    "ListFilter",
    "Listing",
    "Now",
    "Page",
    "PageQuery",
    "RondeRoute",
    "bad_cursor",
    "cursor_after",
    "page_of",
    "public",
    "reads",
    "secret",
    "slow",
]
