"""Comments, photos and documents of an order."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.security import Actor, Permission, require
from app.journal.actions import keep_file
from app.journal.models import File
from app.workorders.actions.telling import tell
from app.workorders.models import Comment, Resolution, WorkOrder, WorkOrderFile
from app.workorders.queries.orders import get_plain_order
from app.workorders.schemas import CommentInput


def comment_on(session: Session, order_id: int, data: CommentInput, *, by: Actor, now: datetime) -> Comment:
    order = get_plain_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    return keep_comment(session, order, data.text, by=by, now=now)


def keep_comment(session: Session, order: WorkOrder, text: str, *, by: Actor, now: datetime) -> Comment:
    """What is said after the report belongs to the case, too: the clock files it again."""
    comment = Comment(order_id=order.id, user_id=by.user_id, user_name=by.name, text=text, created_at=now)
    session.add(comment)
    session.execute(
        update(Resolution).where(Resolution.order_id == order.id, Resolution.is_current).values(is_filed=False)
    )
    session.flush()
    tell(session, order, "commented", by=by, now=now)
    return comment


def attach_file(
    session: Session, order_id: int, name: str, data: bytes, *, files_dir: Path, most: int, by: Actor, now: datetime
) -> File:
    """A photo is re-encoded without its EXIF data; the same file twice is kept once. `most` is in bytes."""
    order = get_plain_order(session, order_id, by=by)
    require(by, Permission.WORK, site_id=order.site_id)
    file = keep_file(session, name, data, files_dir=files_dir, most=most, by=by, now=now)
    session.add(WorkOrderFile(order_id=order.id, file_id=file.id))
    session.flush()
    tell(session, order, "file_added", by=by, now=now, changes={"file": [None, file.name]})
    return file
