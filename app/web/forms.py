"""A form into the schema that the API uses too; what is wrong lands beside its field."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile

from app.core.errors import AppError
from app.core.i18n import gettext
from app.http.validation import invalid_input

Schema = TypeVar("Schema", bound=BaseModel)
LONGEST_KEY = 15  # digits


async def read_form(request: Request) -> AsyncIterator[FormData]:
    """Uploads lie in temporary files until the answer is made."""
    async with request.form(max_fields=2000, max_files=20) as form:
        yield form


Form = Annotated[FormData, Depends(read_form)]


def values_of(form: FormData) -> dict[str, Any]:
    """Nested input from flat names: `rule.interval` goes into `{"rule": {"interval": …}}`.

    An empty answer is no answer. A name that ends in `[]` is a list, however many values it has.
    """
    values: dict[str, Any] = {}
    for name in form:
        given = [v.strip() if isinstance(v, str) else v for v in form.getlist(name)]
        filled = [v for v in given if v not in ("", None) and not isinstance(v, UploadFile)]
        *parents, last = name.removesuffix("[]").split(".")
        place = values
        for parent in parents:
            if not isinstance(place.get(parent), dict):  # `rule` beside `rule.interval`: no form of ours says both
                place[parent] = {}
            place = place[parent]
        if name.endswith("[]"):
            place[last] = filled
        elif filled:
            place[last] = filled[-1]
    return values


def parse(schema: type[Schema], form: FormData, **more: Any) -> Schema:
    """The form as `schema`, or `InvalidInput` that names the fields."""
    return checked(schema, {**values_of(form), **more})


def checked(schema: type[Schema], values: Mapping[str, Any]) -> Schema:
    """What a form says, put together: as `schema`, or `InvalidInput` that names the fields."""
    try:
        return schema.model_validate(values)
    except ValidationError as error:
        raise invalid_input(error.errors()) from None


def messages(error: AppError) -> dict[str, str]:
    """What to show beside each field, by its name in the form ("rule.interval")."""
    shown: dict[str, str] = {}
    for field in error.fields:
        shown.setdefault(field.pointer.replace("/", "."), filled(field.message, field.params))
    return shown


def told(error: AppError) -> str:
    """What is wrong, in words, whichever fields are to blame."""
    return filled(error.message, error.params)


def trouble(error: AppError | None) -> str | None:
    """What a form says above its fields: only where none of them is to blame."""
    return told(error) if error is not None and not error.fields else None


def wrongs(error: AppError | None) -> dict[str, str]:
    """What to show beside each field; under no name where no field is to blame."""
    return {} if error is None else messages(error) or {"": told(error)}


def filled(message: str, params: Mapping[str, Any] | None) -> str:
    """A text with a per cent sign and nothing to fill in stays as it is."""
    text = gettext(message)
    return text % params if params else text


def parse_edit(schema: type[Schema], form: FormData, **more: Any) -> tuple[Schema, int | None]:
    """An edit, and the version of the row that its form was made from (the hidden field `version`)."""
    rest = FormData([(name, value) for name, value in form.multi_items() if name != "version"])
    return parse(schema, rest, **more), version_of(form)


def version_of(form: FormData) -> int | None:
    """The version that the form was filled in for; a page that is old meets the current state first."""
    return key_of(form.get("version"))


def key_of(said: object) -> int | None:
    """A row's id or version as a form holds it; None where it is none."""
    digits = str(said or "")
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_KEY else None


def offered(rows: Iterable[Any], chosen: object, words: str = "name") -> list[tuple[int, str]]:
    """Choices of a select: what is archived is one only where it was chosen before, or saving would take it away."""
    kept = key_of(chosen)
    return [(row.id, getattr(row, words)) for row in rows if row.archived_at is None or row.id == kept]


def ids_of(form: FormData, name: str) -> list[int]:
    """The boxes ticked under `name[]`, to be shown again."""
    return [key for value in form.getlist(f"{name}[]") if (key := key_of(value)) is not None]
