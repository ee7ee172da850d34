"""PATCH is JSON Merge Patch (RFC 7396): what is sent replaces what is there, and the whole is judged as new input."""

from typing import Annotated, Any, TypeVar

from fastapi import Body
from pydantic import BaseModel, ValidationError

from app.http.validation import invalid_input

Schema = TypeVar("Schema", bound=BaseModel)

Patch = Annotated[dict[str, Any], Body(description="The fields to change; null empties one.")]


def merge_patch(schema: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a PATCH: the fields of `schema`, none of them needed."""
    fields = schema.model_json_schema(ref_template="#/components/schemas/{model}")["properties"]
    body = {"type": "object", "properties": fields, "additionalProperties": False}
    media = {kind: {"schema": body} for kind in ("application/merge-patch+json", "application/json")}
    return {"requestBody": {"content": media, "required": True}}


def merged(schema: type[Schema], current: BaseModel, patch: dict[str, Any]) -> Schema:
    """`current` with the patch over it, as input; raises InvalidInput that names the fields."""
    before = current.model_dump(mode="json", include=set(schema.model_fields))
    try:
        return schema.model_validate(before | patch)
    except ValidationError as error:
        raise invalid_input(error.errors()) from None
