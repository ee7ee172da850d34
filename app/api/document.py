"""The OpenAPI document, made true where FastAPI cannot know: every error is a problem, a change needs its version."""

from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from app.api.errors import Problem, response

PRECONDITIONS = (412, 428)


def complete(app: FastAPI) -> None:
    """Makes `app.openapi()` answer with the completed document, computed once."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        if Problem.__name__ not in schemas:
            _, told = models_json_schema([(Problem, "serialization")], ref_template="#/components/schemas/{model}")
            schemas |= told["$defs"]
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for methods in document["paths"].values():
                for operation in methods.values():
                    add_preconditions(operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def add_preconditions(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "if-match":
            parameter |= {"required": True, "description": "The ETag of the version that the change was made from."}
            operation["responses"] |= {str(status): response(status) for status in PRECONDITIONS}
