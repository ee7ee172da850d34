"""`If-Match`: a change says which version it was made from (RFC 9110, 13.1.1; RFC 6585, 3)."""

from typing import Annotated

from fastapi import Depends, Header

from app.core.errors import InvalidInput, PreconditionRequired
from app.core.i18n import N_

LONGEST_VERSION = 18


async def version_from_if_match(if_match: Annotated[str | None, Header()] = None) -> int:
    """The version in `If-Match: "3"`; a change without one is a 428."""
    if if_match is None:
        raise PreconditionRequired("if_match_needed", N_("Send If-Match with the ETag of the version you changed."))
    tag = if_match.removeprefix("W/").strip('"')
    if not tag.isdecimal() or len(tag) > LONGEST_VERSION:
        raise InvalidInput("bad_if_match", N_("If-Match must be the ETag of one version."))
    return int(tag)


IfMatch = Annotated[int, Depends(version_from_if_match)]
