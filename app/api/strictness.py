"""What nobody asks for is refused: a parameter that is misspelt would otherwise leave a list as long as it was."""

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from app.core.errors import FieldError, InvalidInput
from app.core.i18n import N_
from app.http.asking import SAFE_METHODS


def refuse_unknown_parameters(request: Request) -> None:
    """Of reads; what other programs send here by their own rules (hooks, inventories) may carry more."""
    asked = request.query_params.keys()
    if not asked or request.method not in SAFE_METHODS:
        return
    if unknown := sorted(asked - known_to(request.scope["route"])):
        message = N_("This field is not known here.")
        fields = [FieldError(name, "unknown_field", message) for name in unknown]
        raise InvalidInput("invalid_input", N_("Some of the input is not valid."), fields=fields)


def known_to(route: APIRoute) -> frozenset[str]:
    model = getattr(route.endpoint, "query_model", None)
    fields = model.model_fields.items() if model else ()
    return frozenset(field.alias or name for name, field in fields) | names_of(route.dependant)


def names_of(dependant: Dependant) -> frozenset[str]:
    own = frozenset(field.alias for field in dependant.query_params)
    return own.union(*(names_of(each) for each in dependant.dependencies))
