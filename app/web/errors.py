"""The family of errors as pages, or as a message in the page that htmx is on."""

from contextlib import suppress
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from app.core.errors import AppError, NotFound, NotSignedIn, TooLarge
from app.core.i18n import N_
from app.core.security import Actor
from app.http.asking import current_actor
from app.http.faults import fault
from app.http.middleware import SECURITY_HEADERS
from app.http.validation import invalid_input
from app.web.forms import told
from app.web.pages import page


def page_asked_for(request: Request) -> str:
    """Where somebody is who must sign in again: with what a list is filtered by, and never a fragment of a page."""
    url = str(request.url) if request.method == "GET" else "/"
    try:
        parts = urlsplit(request.headers.get("hx-current-url") or url)
    except ValueError:
        return "/"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def error_page(request: Request, error: AppError, status: int | None = None) -> Response:
    """An unexpected error never lands inside a fragment: htmx is told to show it in #flash."""
    status = status or error.status
    is_htmx = request.headers.get("hx-request") == "true"
    if isinstance(error, NotSignedIn):
        login = f"/login?next={quote(page_asked_for(request), safe='')}"
        return Response(headers={"HX-Redirect": login}) if is_htmx else RedirectResponse(login, 303)
    headers = {"retry-after": str(error.retry_after)} if error.retry_after else {}
    if is_htmx:
        headers |= {"HX-Retarget": "#flash", "HX-Reswap": "innerHTML"}
    template = "errors/fragment.html" if is_htmx else "errors/page.html"
    by: Actor | None = getattr(request.state, "actor", None)
    answer = page(request, template, by=by, status=status, message=told(error), fields=error.fields)
    answer.headers.update(headers)
    return answer


def install(app: FastAPI) -> None:
    @app.exception_handler(AppError)
    async def app_error(request: Request, error: AppError) -> Response:
        return error_page(request, error)

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return error_page(request, invalid_input(error.errors(), skip=1))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        with suppress(AppError):  # no route asked who this is: the page still leads on
            await current_actor(request)
        if error.status_code == NotFound.status:
            return error_page(request, NotFound("not_found", N_("This page does not exist.")))
        if error.status_code == TooLarge.status:
            return error_page(request, TooLarge("too_large", N_("What was sent is too large.")))
        answer = error_page(request, AppError("http_error", N_("This request cannot be answered.")), error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        answer = error_page(request, fault(request, error))
        answer.headers.update(SECURITY_HEADERS)  # sent from outside the middleware that adds them
        return answer
