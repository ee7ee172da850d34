"""One family of errors; each HTTP door has one renderer for it.

`code` is stable English; the text is translated at the door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: `pointer` is its path in the input ("schedule/rule/interval")."""

    pointer: str
    code: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)


class AppError(Exception):
    """Something that the caller can understand. `message` is an English gettext id with %(name)s placeholders."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: Sequence[FieldError] = (),
        retry_after: int | None = None,
        **params: Any,
    ) -> None:
        super().__init__(message % params if params else message)
        self.code = code
        self.message = message
        self.params = params
        self.fields = tuple(fields)
        self.retry_after = retry_after


class InvalidInput(AppError, ValueError):
    """Also a ValueError, so that a schema's validator may raise it and the field is named."""

    status = 422

    @classmethod
    def at(cls, pointer: str, code: str, message: str, **params: Any) -> "InvalidInput":
        """An input refused for one field."""
        return cls(code, message, fields=[FieldError(pointer, code, message, params)], **params)


class NotSignedIn(AppError):
    status = 401


class NotAllowed(AppError):
    status = 403


class NotFound(AppError):
    status = 404


class Conflict(AppError):
    status = 409


class PreconditionFailed(AppError):
    status = 412


class TooLarge(AppError):
    status = 413


class PreconditionRequired(AppError):
    status = 428


class TooMany(AppError):
    status = 429


class Unavailable(AppError):
    status = 503
