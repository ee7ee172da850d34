"""Pydantic's errors in the family's words: the same for a form and for a JSON body."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_

MESSAGES: dict[str, tuple[str, str]] = {
    "missing": ("required", N_("This is needed.")),
    "extra_forbidden": ("unknown_field", N_("This field is not known here.")),
    "string_too_short": ("too_short", N_("At least %(min_length)s characters are needed.")),
    "string_too_long": ("too_long", N_("At most %(max_length)s characters are allowed.")),
    "greater_than_equal": ("too_small", N_("The least is %(ge)s.")),
    "less_than_equal": ("too_large", N_("The most is %(le)s.")),
    "greater_than": ("too_small", N_("It must be more than %(gt)s.")),
    "less_than": ("too_large", N_("It must be less than %(lt)s.")),
    "enum": ("not_a_choice", N_("Choose one of: %(expected)s.")),
    "literal_error": ("not_a_choice", N_("Choose one of: %(expected)s.")),
    "too_long": ("too_many", N_("At most %(max_length)s are allowed.")),
    "too_short": ("too_few", N_("At least %(min_length)s are needed.")),
    "string_pattern_mismatch": ("bad_format", N_("This text holds characters that cannot stand here.")),
    "json_invalid": ("bad_json", N_("This is not valid JSON.")),
}
BY_PREFIX: dict[str, tuple[str, str]] = {
    "int": ("not_a_number", N_("Enter a whole number.")),
    "float": ("not_a_number", N_("Enter a number.")),
    "decimal": ("not_a_number", N_("Enter a number.")),
    "bool": ("not_a_boolean", N_("Choose yes or no.")),
    "datetime": ("not_an_instant", N_("Enter a date and time, like 2026-11-23T08:30:00Z.")),
    "timezone": ("not_an_instant", N_("Enter a date and time, like 2026-11-23T08:30:00Z.")),
    "date": ("not_a_date", N_("Enter a date, like 2026-11-23.")),
    "time": ("not_a_time", N_("Enter a time, like 08:30.")),
    "string": ("not_a_text", N_("Enter a text.")),
    "url": ("not_a_link", N_("Enter a link that starts with https:// or http://.")),
}
OTHERWISE = ("invalid", N_("This value is not valid."))


def field_error(error: Mapping[str, Any], skip: int) -> FieldError:
    raised = (error.get("ctx") or {}).get("error")
    pointer = "/".join(str(part) for part in error["loc"][skip:])
    if isinstance(raised, InvalidInput):  # a schema's validator spoke in the family's own words
        named = [raised.fields[0].pointer] if raised.fields else []  # one that looks at several fields says which
        return FieldError("/".join(filter(None, [pointer, *named])), raised.code, raised.message, raised.params)
    kind = error["type"]
    code, message = MESSAGES.get(kind) or BY_PREFIX.get(kind.split("_")[0]) or OTHERWISE
    return FieldError(pointer, code, message, {k: v for k, v in (error.get("ctx") or {}).items() if k != "error"})


def invalid_input(errors: Iterable[Mapping[str, Any]], *, skip: int = 0) -> InvalidInput:
    """One error for all fields. `skip` leaves out leading parts of the path, such as FastAPI's "body"."""
    return InvalidInput(
        "invalid_input", N_("Some of the input is not valid."), fields=[field_error(error, skip) for error in errors]
    )
