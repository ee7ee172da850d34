"""An attachment on its way out: never run by a browser, whatever is in it."""

from pathlib import Path
from urllib.parse import quote

from fastapi import Response

from app.core.errors import NotFound
from app.core.i18n import N_
from app.journal.actions import file_path
from app.journal.models import File


def downloadable(file: File, files_dir: Path) -> Response:
    path = file_path(file, files_dir)
    if not path.is_file():
        raise NotFound("file_lost", N_("This file does not exist."))
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "cache-control": "private, max-age=31536000, immutable",
    }
    return Response(path.read_bytes(), media_type=file.media_type, headers=headers)
