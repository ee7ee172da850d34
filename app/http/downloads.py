"""Files on their way out: never run by a browser, whatever is in them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.i18n import N_, gettext
from app.http.asking import house_of
from app.http.paging import Listing
from app.journal.actions import file_path
from app.journal.models import File
from app.operations.actions.exports import Rows, table_csv, table_xlsx

FileKind = Literal["csv", "xlsx"]
Words = Mapping[str, Callable[[Any], Any]]
MEDIA_TYPES: dict[FileKind, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FILES: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA_TYPES.values()}}
}


def downloadable(file: File, files_dir: Path) -> Response:
    path = file_path(file, files_dir)
    if not path.is_file():
        raise NotFound("file_lost", N_("This file does not exist."))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(path.read_bytes(), media_type=file.media_type, headers=headers)


def table_file(
    request: Request, name: str, kind: FileKind, heads: Sequence[str], rows: Callable[[Session], Rows]
) -> Response:
    """A long list, written while it is read: its session is opened where the answer is made, after the handler."""
    write = table_csv if kind == "csv" else table_xlsx

    def written() -> Iterator[bytes]:
        with house_of(request).database.reading() as session:
            yield from write(heads, rows(session))

    headers = {"content-disposition": f'attachment; filename="{name}.{kind}"', "cache-control": "private, no-store"}
    return StreamingResponse(written(), media_type=MEDIA_TYPES[kind], headers=headers)


def list_file(
    request: Request,
    session: Session,
    name: str,
    kind: FileKind,
    listing: Listing[Any],
    columns: Mapping[str, str],
    words: Words | None = None,
) -> Response:
    """All rows of a list, not only a page of them. `words`: heads and values in the reader's language.

    Whoever may not read them, or asks for what cannot be, is told so before the file begins.
    """
    listing.fetch(session, after=None, limit=1)
    spoken: list[tuple[str, Callable[[Any], Any]]] = [(name, (words or {}).get(name, unchanged)) for name in columns]

    def rows(session: Session) -> Rows:
        for batch in listing.batches(session):
            for row in batch:
                yield [say(getattr(row, name)) for name, say in spoken]

    heads = list(columns) if words is None else [gettext(title) for title in columns.values()]
    return table_file(request, name, kind, heads, rows)


def unchanged(value: Any) -> Any:
    return value
