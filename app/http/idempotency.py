"""`Idempotency-Key` on POST: the same body gets the stored answer, another body is refused."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor
from app.journal import actions, queries

KEPT_HEADERS = ("content-type", "etag", "location")


@dataclass(frozen=True, slots=True)
class Replay:
    """A request that must have its effect once: who sent it, under which key, and what it says."""

    principal: str
    key: str
    request_hash: str

    @classmethod
    async def of(cls, request: Request, by: Actor | None) -> "Replay | None":
        key = request.headers.get("idempotency-key")
        if request.method != "POST" or not key or by is None:
            return None
        if len(key) > 200:
            raise InvalidInput("bad_idempotency_key", N_("The Idempotency-Key may have at most 200 characters."))
        is_multipart = request.headers.get("content-type", "").startswith("multipart/")
        body = str(request.headers.get("content-length")).encode() if is_multipart else await request.body()
        said = b"\n".join((request.method.encode(), str(request.url.path).encode(), request.url.query.encode(), body))
        return cls(f"user:{by.user_id}", key, hashlib.sha256(said).hexdigest())


def answered_before(session: Session, replay: Replay) -> Response | None:
    record = queries.find_idempotency_record(session, replay.principal, replay.key)
    if record is None:
        return None
    if record.request_hash != replay.request_hash:
        raise InvalidInput("idempotency_key_reused", N_("This Idempotency-Key was already used for another request."))
    return Response(record.body, status_code=record.status, headers={**record.headers, "idempotency-replayed": "true"})


def remember(session: Session, replay: Replay, response: Response, *, now: datetime) -> None:
    actions.remember_answer(
        session,
        principal=replay.principal,
        key=replay.key,
        request_hash=replay.request_hash,
        status=response.status_code,
        headers={name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        body=bytes(response.body).decode(),
        now=now,
    )
