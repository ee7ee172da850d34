"""The family of errors as RFC 9457 problem details."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.core.errors import AppError, FieldError, NotSignedIn
from app.core.i18n import gettext
from app.http.faults import fault
from app.http.validation import invalid_input

MEDIA_TYPE = "application/problem+json"


class ProblemField(BaseModel):
    pointer: str
    code: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `code` is stable; `title` and `detail` are in the caller's language."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemField] = []


TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}


def response(status: int) -> dict[str, Any]:
    """A problem, as the document says it."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}


RESPONSES = {str(status): response(status) for status in (400, 401, 403, 404, 409, 422, 503)}


def said(field: FieldError) -> str:
    text = gettext(field.message)
    return text % field.params if field.params else text


def problem(error: AppError, status: int | None = None) -> Response:
    status = status or error.status
    text = gettext(error.message)
    body = Problem(
        title=TITLES.get(status, "Error"),
        status=status,
        detail=text % error.params if error.params else text,
        code=error.code,
        errors=[ProblemField(pointer="/" + f.pointer, code=f.code, detail=said(f)) for f in error.fields],
    )
    headers = {"retry-after": str(error.retry_after)} if error.retry_after else {}
    if isinstance(error, NotSignedIn):
        headers["www-authenticate"] = 'Bearer realm="ronde"'
    return JSONResponse(body.model_dump(), status_code=status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Route every error of this app through `problem`; also broken JSON (400) and unknown paths."""

    @app.exception_handler(AppError)
    async def app_error(_request: Request, error: AppError) -> Response:
        return problem(error)

    @app.exception_handler(RequestValidationError)
    async def validation_error(_request: Request, error: RequestValidationError) -> Response:
        errors = error.errors()
        is_broken = any(e["type"] == "json_invalid" for e in errors)
        return problem(invalid_input(errors, skip=1), 400 if is_broken else 422)

    @app.exception_handler(HTTPException)
    async def http_error(_request: Request, error: HTTPException) -> Response:
        title = TITLES.get(error.status_code, "Error")
        answer = problem(AppError(title.lower().replace(" ", "_"), title), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return problem(fault(request, error))
