"""Attachments: bytes under their SHA-256 beside the database, facts in it."""

import hashlib
import os
import re
from datetime import datetime
from io import BytesIO
from pathlib import Path, PurePosixPath

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from app.core.errors import InvalidInput, TooLarge
from app.core.i18n import N_
from app.core.security import Actor
from app.journal.models import File

# Decoding is what costs memory: a JPEG is decoded small at once, the others whole (a 5K screenshot has 15 million).
PIXELS_MAX = {"JPEG": 50_000_000}
PIXELS_MAX_WHOLE = 16_000_000
PHOTO_EDGE = 2048
NAME_MAX = 120
DRAFTS = "files"  # of a session: what it has written and where it belongs
PHOTOS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
DOCUMENTS = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".txt": (b"", "text/plain"),
    ".csv": (b"", "text/csv"),
    ".log": (b"", "text/plain"),
}


def keep_file(
    session: Session, name: str, data: bytes, *, files_dir: Path, most: int, by: Actor, now: datetime
) -> File:
    """Raises TooLarge and InvalidInput. The bytes are a draft until the transaction commits, and go with it.

    They are in their place before their row is: a crash leaves a stray, never a loss.
    """
    if len(data) > most:
        raise TooLarge("file_too_large", N_("The file is larger than %(mib)s MiB."), mib=most >> 20)
    if not data:
        raise InvalidInput("empty_file", N_("The file is empty."))
    body, media_type = _checked(name, data)
    sha256 = hashlib.sha256(body).hexdigest()
    path = files_dir / sha256[:2] / sha256
    session.info.setdefault(DRAFTS, []).append((write_draft(path, body), path))
    file = File(
        sha256=sha256,
        name=safe_name(name),
        media_type=media_type,
        size=len(body),
        created_at=now,
        created_by=by.user_id,
    )
    session.add(file)
    session.flush()
    return file


def file_path(file: File, files_dir: Path) -> Path:
    return files_dir / file.sha256[:2] / file.sha256


def write_draft(path: Path, body: bytes) -> Path:
    """Beside its place, under a name of its own: also when two write the same at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with draft.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    return draft


@event.listens_for(Session, "before_commit")
def land_drafts(session: Session) -> None:
    """Also over bytes that are there already: they may be strays, about to be swept."""
    if session.get_nested_transaction() is None:
        for draft, path in session.info.pop(DRAFTS, ()):
            draft.replace(path)
            sync_folders(path)


@event.listens_for(Session, "after_transaction_end")
def drop_drafts(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        for draft, _path in session.info.pop(DRAFTS, ()):
            draft.unlink(missing_ok=True)


def sync_folders(path: Path) -> None:
    """A name is on disk when its folder is; Windows knows no such thing."""
    for folder in path.parents[:2] if hasattr(os, "O_DIRECTORY") else ():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def safe_name(name: str) -> str:
    """The last part of a name, without what a path, a header or a page could trip over."""
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = re.sub(r"[\x00-\x1f\x7f\"<>|:*?;]+", "_", last).strip(". ")
    return plain[-NAME_MAX:] or "file"


def _checked(name: str, data: bytes) -> tuple[bytes, str]:
    """A photo re-encoded, or a document of a kind that is known by its beginning."""
    suffix = PurePosixPath(name.lower()).suffix
    if suffix in DOCUMENTS:
        beginning, media_type = DOCUMENTS[suffix]
        if not data.startswith(beginning) or (media_type.startswith("text/") and b"\0" in data):
            raise InvalidInput("not_what_it_says", N_("The file is not what its name says."))
        return data, media_type
    return _photo(data)


def _photo(data: bytes) -> tuple[bytes, str]:
    """Decoded and encoded anew: what was hidden in it, and where it was taken, does not come along."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data), formats=tuple(PHOTOS)) as image:
            kind = image.format or "PNG"
            if image.width * image.height > PIXELS_MAX.get(kind, PIXELS_MAX_WHOLE):
                raise TooLarge("too_many_pixels", N_("The picture has too many pixels."))
            image.thumbnail((PHOTO_EDGE, PHOTO_EDGE))  # first: a JPEG is then decoded at its small size
            picture = ImageOps.exif_transpose(image)
            if kind == "JPEG" and picture.mode != "RGB":
                picture = picture.convert("RGB")
            elif picture.mode == "P":
                picture = picture.convert("RGBA")
            clean = Image.new(picture.mode, picture.size)
            clean.paste(picture)
            out = BytesIO()
            clean.save(out, format=kind)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        raise InvalidInput("unknown_file", N_("Attach a photo (JPEG, PNG, WebP, GIF), a PDF or a text file.")) from None
    return out.getvalue(), PHOTOS[kind]
