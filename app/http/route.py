"""The route class of both doors: a plain `def` handler, its session, its transaction and its answer, in one place."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cached_property
from threading import RLock
from typing import Annotated, Any, get_args, get_origin

from fastapi import Request, Response, params
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError
from sqlalchemy.orm import Session
from starlette.routing import Match, compile_path

from app.core.errors import Conflict, InvalidInput
from app.core.i18n import N_
from app.http.asking import SAFE_METHODS, Endpoint, house_of
from app.http.idempotency import Replay, answered_before, remember
from app.http.validation import invalid_input
from app.plans.rules.errors import RuleError

CREATED = 201
FIRST_ERROR_STATUS = 400
OWN_REQUEST = "ronde_request"
TAKING_APART = RLock()


def slow(endpoint: Endpoint) -> Endpoint:
    """Mark imports, exports and reports: they run in a pool of their own."""
    endpoint.is_slow = True  # type: ignore[attr-defined]
    return endpoint


def reads(endpoint: Endpoint) -> Endpoint:
    """Mark a POST that only looks (a preview, a simulation): it gets a session in which nothing can stay, and no lock.

    It may take a second, so that it runs where slow work does.
    """
    endpoint.is_reading = True  # type: ignore[attr-defined]
    return slow(endpoint)


class AnswerIsAnError(Exception):
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
        self.path, self.endpoint, self.name = path, endpoint, options.get("name") or endpoint.__name__
        self.methods = {method.upper() for method in options.get("methods") or ["GET"]}
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.options = options

    def __getattr__(self, name: str) -> Any:
        """What FastAPI finds out about a handler, it finds out when it is first asked for: hundreds at once would make
        the start long, and most stay unused.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        with TAKING_APART:
            if name in vars(self):  # another thread has just found it out
                return vars(self)[name]
            if "options" not in vars(self):
                raise AttributeError(name)
            options = vars(self).pop("options")
            handler = placed(self.endpoint, options.get("status_code") or 200)
            super().__init__(self.path, handler, **options | {"operation_id": self.endpoint.__name__})
            return getattr(self, name)


def refuse_unguarded(path: str, endpoint: Callable[..., Any]) -> None:
    """Deny by default: a handler knows who asks, or says that strangers may."""
    if "by" not in inspect.signature(endpoint).parameters and not getattr(endpoint, "is_public", False):
        raise TypeError(f"{path}: ask for `by: CurrentActor`, or mark the handler @public")


def query_model(annotation: Any) -> type[BaseModel] | None:
    """Of `Annotated[Model, Query()]`, the model."""
    if get_origin(annotation) is not Annotated:
        return None
    model, *told = get_args(annotation)
    is_model = inspect.isclass(model) and issubclass(model, BaseModel)
    return model if is_model and any(isinstance(each, params.Query) for each in told) else None


class Handler:
    """A door function as FastAPI calls it: without session and query, and awaiting the place where it runs.

    FastAPI takes a query of many fields apart by itself, which costs more than to answer it; one adapter does not.
    """

    def __init__(self, endpoint: Callable[..., Any], status_code: int) -> None:
        signature = inspect.signature(endpoint, eval_str=True)
        asked = signature.parameters
        self.endpoint = endpoint
        self.session_name = next((name for name, asks in asked.items() if asks.annotation is Session), None)
        models = {name: query_model(asks.annotation) for name, asks in asked.items()}
        self.query = next(((name, model) for name, model in models.items() if model), None)
        # FastAPI hands the request to one parameter only: the handler's own, where it asks for it.
        self.request_name = next((name for name, asks in asked.items() if asks.annotation is Request), None)
        hidden = {self.session_name, self.query and self.query[0]}
        own = [inspect.Parameter(OWN_REQUEST, inspect.Parameter.KEYWORD_ONLY, annotation=Request)]
        answer_type = signature.return_annotation
        is_plain = answer_type is None or (inspect.isclass(answer_type) and issubclass(answer_type, Response))
        self.answer_type: Any = None if is_plain else answer_type
        self.is_reading = getattr(endpoint, "is_reading", False)
        self.status_code = status_code
        self.signature = signature.replace(
            parameters=[
                *(own if self.request_name is None else []),
                *(
                    asks.replace(kind=inspect.Parameter.KEYWORD_ONLY)
                    for name, asks in asked.items()
                    if name not in hidden
                ),
            ]
        )

    async def run(self, arguments: dict[str, Any]) -> Response:
        request = arguments[self.request_name] if self.request_name else arguments.pop(OWN_REQUEST)
        if refuse := getattr(request.app.state, "refuse", None):
            refuse(request)  # what this door takes from nobody, such as a form sent from another site
        if self.query:
            name, model = self.query
            arguments[name] = asked_for(model, request)
        floor = house_of(request).floor
        is_kept = getattr(request.app.state, "keeps_answers", True) and not getattr(self.endpoint, "is_secret", False)
        replay = await Replay.of(request, arguments.get("by")) if is_kept and not self.is_reading else None
        place = floor.write if request.method not in SAFE_METHODS else floor.read
        if getattr(self.endpoint, "is_slow", False):
            place = floor.slow
        try:
            return await place(lambda: self.in_transaction(request, arguments, replay))
        except AnswerIsAnError as refused:
            return refused.response
        except RuleError as error:  # what a plan's rule gives no more, as its page says (S15)
            raise Conflict(error.code, error.message, **error.params) from None
        except (UnicodeEncodeError, PydanticSerializationError) as error:
            if "surrogates not allowed" not in str(error):
                raise
            # Half of a surrogate pair in a JSON string: no database and no encoder can hold it.
            raise InvalidInput("bad_text", N_("The text contains characters that cannot be stored.")) from None

    def in_transaction(self, request: Request, arguments: dict[str, Any], replay: Replay | None) -> Response:
        if self.session_name is None:
            return self.answer(request, self.endpoint(**arguments))
        house = house_of(request)
        is_safe = request.method in SAFE_METHODS or self.is_reading
        with house.database.reading() if is_safe else house.database.writing() as session:
            if replay and (before := answered_before(session, replay)):
                return before
            response = self.answer(request, self.endpoint(**arguments, **{self.session_name: session}))
            if replay:
                remember(session, replay, response, now=house.clock())
            return response

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """Made with the first answer: hundreds of them would make the start long."""
        return TypeAdapter(self.answer_type)

    def answer(self, request: Request, value: Any) -> Response:
        """The handler's own response, or its value as JSON, dumped once; with ETag, and Location where it is new."""
        if isinstance(value, Response):
            if value.status_code >= FIRST_ERROR_STATUS:
                raise AnswerIsAnError(value)
            return value
        if self.answer_type is None:
            return Response(status_code=204)
        response = Response(
            self.adapter.dump_json(value, by_alias=True), self.status_code, media_type="application/json"
        )
        if (version := getattr(value, "version", None)) is not None:
            response.headers["ETag"] = f'"{version}"'
        if self.status_code == CREATED and hasattr(value, "id") and is_page(request, f"/{value.id}"):
            response.headers["Location"] = f"{request.url.path}/{value.id}"
        return response


def is_page(request: Request, below: str) -> bool:
    """Whether something can be read at this address below the one that was asked."""
    scope = {**request.scope, "method": "GET", "path": request.scope["path"] + below}
    return request.app.routes[0].matches(scope)[0] is Match.FULL


def asked_for(model: type[BaseModel], request: Request) -> BaseModel:
    """What stands in the address. Of a name that is there twice, the last counts."""
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise invalid_input(error.errors()) from error


def placed(endpoint: Callable[..., Any], status_code: int) -> Callable[..., Awaitable[Response]]:
    """The handler wrapped for FastAPI, under its own name and with its own parameters."""
    handler = Handler(endpoint, status_code)

    async def run(**arguments: Any) -> Response:
        return await handler.run(arguments)

    run.__signature__ = handler.signature  # type: ignore[attr-defined]
    run.query_model = handler.query and handler.query[1]  # type: ignore[attr-defined]
    run.__name__, run.__qualname__ = endpoint.__name__, endpoint.__qualname__
    run.__doc__, run.__module__ = endpoint.__doc__, endpoint.__module__
    return run
