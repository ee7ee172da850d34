"""What people ask for (demande d'intervention): said once, answered, followed until it is solved."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy import text as said
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core.db import Base, Folded, Key
from app.core.i18n.folding import fold_all
from app.equipment.models import Equipment
from app.journal.models import File
from app.people.models import Person
from app.places.models import Location, Site
from app.workorders.models import WorkOrder

FOUND_BY = ("text", "contact_name")
UNTOLD = "contact_email IS NOT NULL AND told_done_at IS NULL"


class WorkRequest(Base):
    """One problem on one item. Its number is `DI-` and its id. `state` is what was decided about it, no more: how far
    the work is stands on its order, or on the order of the request that it is a duplicate of.

    `secret` opens its page to whoever has no account. It goes into each message to the person, so that its digest
    alone would not do; it opens this one page. `sent_once` recognises the same form sent twice.
    `since_at`: since when it is so, where the person says it.
    `told_done_at`: when it was written to the person that the work is done; null again where that solved nothing.
    """

    __tablename__ = "requests"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    channel: Mapped[str]
    equipment_id: Mapped[int | None] = mapped_column(ForeignKey("equipment.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("locations.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("sites.id"))
    text: Mapped[str]
    urgency: Mapped[str]
    since_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    contact_name: Mapped[str | None]
    contact_email: Mapped[str | None]
    contact_phone: Mapped[str | None]
    language: Mapped[str]
    search_text: Mapped[str] = mapped_column(
        Folded, default=lambda row: fold_all(*map(row.get_current_parameters().get, FOUND_BY))
    )
    state: Mapped[str] = mapped_column(default="new")
    reason: Mapped[str | None]
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("work_orders.id"))
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))
    decided_at: Mapped[datetime | None]
    feedback: Mapped[str | None]
    feedback_text: Mapped[str | None]
    feedback_at: Mapped[datetime | None]
    told_done_at: Mapped[datetime | None]
    secret: Mapped[str] = mapped_column(unique=True)
    sent_once: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(Key)
    version: Mapped[int] = mapped_column(default=1)

    equipment: Mapped[Equipment | None] = relationship(lazy="raise_on_sql")
    location: Mapped[Location | None] = relationship(lazy="raise_on_sql")
    site: Mapped[Site] = relationship(lazy="raise_on_sql")
    person: Mapped[Person | None] = relationship(lazy="raise_on_sql")
    order: Mapped[WorkOrder | None] = relationship(lazy="raise_on_sql")

    __table_args__ = (
        CheckConstraint("(equipment_id IS NULL) <> (location_id IS NULL)", name="one_item"),
        CheckConstraint("channel IN ('portal', 'phone', 'mail')", name="channel"),
        CheckConstraint("urgency IN ('can_wait', 'hinders', 'blocks')", name="urgency"),
        CheckConstraint("state IN ('new', 'accepted', 'rejected', 'duplicate')", name="state"),
        CheckConstraint("feedback IN ('solved', 'not_solved')", name="feedback"),
        Index(None, "site_id", "id"),
        # What waits for an answer is little and asked for most.
        Index("ix_requests_new", "id", sqlite_where=said("state = 'new'"), postgresql_where=said("state = 'new'")),
        # Who is still to be written to when the work is done.
        Index("ix_requests_untold", "id", sqlite_where=said(UNTOLD), postgresql_where=said(UNTOLD)),
        *(
            Index(
                f"ix_requests_{column}",
                column,
                "id",
                sqlite_where=said(f"{column} IS NOT NULL"),
                postgresql_where=said(f"{column} IS NOT NULL"),
            )
            for column in ("equipment_id", "location_id", "person_id", "order_id", "duplicate_of_id", "follow_up_of_id")
        ),
        {"sqlite_autoincrement": True},
    )

    @validates(*FOUND_BY)
    def is_found_by(self, name: str, value: str | None) -> str | None:
        self.search_text = fold_all(*({part: getattr(self, part) for part in FOUND_BY} | {name: value}).values())
        return value


class RequestFile(Base):
    """A photo of what is wrong; an accepted request's order shows it too."""

    __tablename__ = "request_files"

    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("files.id"), primary_key=True, index=True)

    file: Mapped[File] = relationship(lazy="raise_on_sql")


class RequestMessage(Base):
    """What the person and those who help write to one another."""

    __tablename__ = "request_messages"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    is_from_person: Mapped[bool]
    user_id: Mapped[int | None] = mapped_column(Key)
    user_name: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
