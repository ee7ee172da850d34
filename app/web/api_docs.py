"""The page that explains REST, made from the OpenAPI document: no script, nothing from elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from app.http import RondeRoute, public
from app.web.pages import page

router = APIRouter(route_class=RondeRoute)
REF = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: str
    is_required: bool
    text: str
    place: str = "body"


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    fields: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]


def resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    return schemas.get(schema["$ref"].removeprefix(REF), {}) if "$ref" in schema else schema


def type_words(schema: Mapping[str, Any]) -> str:
    """`list of integer`, `string or null`, the name of a schema, or the words that may stand there."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_words(each) for each in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {type_words(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("const") or schema.get("type") or "any")


def fields_of(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Field, ...]:
    asked = [
        Field(p["name"], type_words(p.get("schema", {})), p.get("required", False), p.get("description", ""), p["in"])
        for p in operation.get("parameters", [])
    ]
    media: Mapping[str, Any] = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
    body = resolved(media.get("schema", {}), schemas)
    needed = body.get("required", [])
    return (
        *asked,
        *(
            Field(name, type_words(field), name in needed, field.get("description", ""))
            for name, field in body.get("properties", {}).items()
        ),
    )


def answers_of(operation: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = []
    for status, answer in operation.get("responses", {}).items():
        media: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
        schema = media.get("schema")
        found.append((status, type_words(schema) if schema else ""))
    return tuple(found)


def operations(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """By tag, in the order of the document."""
    schemas = document.get("components", {}).get("schemas", {})
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            told = Operation(
                operation["operationId"],
                method.upper(),
                "/api/v1" + path,
                operation.get("summary", ""),
                operation.get("description", ""),
                fields_of(operation, schemas),
                answers_of(operation),
            )
            groups.setdefault(next(iter(operation.get("tags", [])), ""), []).append(told)
    return groups


@router.get("/api/docs")
@public
def api_docs(request: Request) -> Response:
    document = request.app.state.api_document()
    return page(request, "api/docs.html", by=None, info=document["info"], groups=operations(document))
