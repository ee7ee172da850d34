"""The OpenAPI document, made true where FastAPI cannot know: tokens, problems, versions, the queries of lists."""

from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from app.api.errors import RESPONSES, Problem, response

PRECONDITIONS = (412, 428)
TOKEN = {"type": "http", "description": "A personal token: ronde_pat_…", "scheme": "bearer"}
REFERENCE = "#/components/schemas/{model}"


def complete(app: FastAPI) -> None:
    """Makes `app.openapi()` answer with the completed document, computed once."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        components = document.setdefault("components", {})
        schemas = components.setdefault("schemas", {})
        if Problem.__name__ not in schemas:
            _, told = models_json_schema([(Problem, "serialization")], ref_template=REFERENCE)
            schemas |= told["$defs"]
            components["securitySchemes"] = {"HTTPBearer": TOKEN}
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            for methods in document["paths"].values():
                for operation in methods.values():
                    operation["security"] = [{"HTTPBearer": []}]
                    operation["responses"] |= RESPONSES
                    add_preconditions(operation)
            for route in iter_route_contexts(app.routes):
                if route.path and (model := getattr(route.endpoint, "query_model", None)):
                    for method in route.methods or ():
                        add_query(document["paths"][route.path][method.lower()], model, schemas)
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def add_preconditions(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["name"] == "if-match":
            parameter |= {"required": True, "description": "The ETag of the version that the change was made from."}
            operation["responses"] |= {str(status): response(status) for status in PRECONDITIONS}


def add_query(operation: dict[str, Any], model: type[BaseModel], schemas: dict[str, Any]) -> None:
    """The fields of a list's query (app/http/route.py), each a parameter."""
    told = model.model_json_schema(ref_template=REFERENCE)
    for name, schema in told.pop("$defs", {}).items():
        schemas.setdefault(name, schema)
    for name, schema in told["properties"].items():
        said = {"description": schema["description"]} if "description" in schema else {}
        if schema.get("default", 0) is None:
            del schema["default"]
        schema["title"] = name.replace("_", " ").title()
        parameter = {"name": name, "in": "query", "required": name in told.get("required", ()), "schema": schema}
        operation.setdefault("parameters", []).append(parameter | said)
