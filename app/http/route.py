"""The route class of both doors: a plain `def` handler, its session, its transaction and its answer, in one place."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.http.asking import SAFE_METHODS, Endpoint, house_of
from app.http.idempotency import Replay, answered_before, remember


def slow(endpoint: Endpoint) -> Endpoint:
    """Mark imports, exports and reports: they run in a pool of their own."""
    endpoint.is_slow = True  # type: ignore[attr-defined]
    return endpoint


class AnswerIsAnError(Exception):  # noqa: N818 - carries an answer, and rolls back
    """A handler answered with an error page of its own: whatever it wrote is taken back."""

    def __init__(self, response: Response) -> None:
        self.response = response


class RondeRoute(APIRoute):
    """Runs the handler with a session, and commits before the answer leaves.

    A handler asks for `session: Session`; safe methods get a reading session, the others one write transaction.
    Handler and commit are one piece of work: were they two, a second writer could run between them and wait for a
    lock that only the first one's commit, queued behind it, releases.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        refuse_unguarded(path, endpoint)
        super().__init__(path, placed(endpoint, options.get("status_code") or 200), **options)


def refuse_unguarded(path: str, endpoint: Callable[..., Any]) -> None:
    """Deny by default: a handler knows who asks, or says that strangers may."""
    if "by" not in inspect.signature(endpoint).parameters and not getattr(endpoint, "is_public", False):
        raise TypeError(f"{path}: ask for `by: CurrentActor`, or mark the handler @public")


def placed(endpoint: Callable[..., Any], status_code: int) -> Callable[..., Awaitable[Response]]:
    signature = inspect.signature(endpoint, eval_str=True)
    session_name = next((name for name, p in signature.parameters.items() if p.annotation is Session), None)
    answer_type = signature.return_annotation
    adapter = None if answer_type is None or is_response(answer_type) else TypeAdapter[Any](answer_type)

    def answer(request: Request, value: Any) -> Response:
        if isinstance(value, Response):
            if value.status_code >= 400:
                raise AnswerIsAnError(value)
            return value
        if adapter is None:
            return Response(status_code=204)
        response = Response(adapter.dump_json(value), status_code=status_code, media_type="application/json")
        if (version := getattr(value, "version", None)) is not None:
            response.headers["ETag"] = f'"{version}"'
        if status_code == 201 and hasattr(value, "id"):
            response.headers["Location"] = f"{request.url.path}/{value.id}"
        return response

    async def run(ronde_request: Request, **arguments: Any) -> Response:
        house = house_of(ronde_request)
        replay = await Replay.of(ronde_request, arguments.get("by"))
        is_safe = ronde_request.method in SAFE_METHODS

        def work() -> Response:
            if session_name is None:
                return answer(ronde_request, endpoint(**arguments))
            with house.database.reading() if is_safe else house.database.writing() as session:
                if replay and (before := answered_before(session, replay)):
                    return before
                response = answer(ronde_request, endpoint(**arguments, **{session_name: session}))
                if replay:
                    remember(session, replay, response, now=house.clock())
                return response

        place = house.floor.slow if getattr(endpoint, "is_slow", False) else house.floor.read if is_safe else house.floor.write
        try:
            return await place(work)
        except AnswerIsAnError as refused:
            return refused.response
        except UnicodeEncodeError:  # a lone surrogate in a JSON string: no database and no encoder can hold it
            raise InvalidInput("bad_text", N_("The text contains characters that cannot be stored.")) from None

    own = inspect.Parameter("ronde_request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)
    asked = [
        p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, p in signature.parameters.items() if name != session_name
    ]
    run.__signature__ = signature.replace(parameters=[own, *asked])  # type: ignore[attr-defined]
    run.__name__, run.__qualname__ = endpoint.__name__, endpoint.__qualname__
    run.__doc__, run.__module__ = endpoint.__doc__, endpoint.__module__
    return run


def is_response(answer_type: Any) -> bool:
    return inspect.isclass(answer_type) and issubclass(answer_type, Response)
