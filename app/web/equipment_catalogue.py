"""Categories and models: what pieces are, for all sites."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, require
from app.equipment import actions, queries
from app.equipment.models import EquipmentCategory, EquipmentModel
from app.equipment.schemas import CategoryInput, ModelInput
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.places import queries as houses
from app.places.rules import require_whole_house
from app.web.equipment_form import Amount, written
from app.web.forms import Form, messages, parse, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

routes = APIRouter(route_class=RondeRoute, prefix="/equipment")


class ModelForm(ModelInput):
    """People write an amount where the API takes minor units."""

    replacement_cost: Amount | None = None


def may_change(by: Actor) -> bool:
    """What all sites share is changed by managers who see all of them."""
    return by.has(Permission.PLAN) and by.site_ids is None


class CategoriesQuery(ListQuery):
    PATH: ClassVar = "/equipment/categories"
    sort: Literal["code"] = "code"

    def listing(self, by: Actor) -> Listing[EquipmentCategory]:
        fetch = partial(queries.categories, by=by, q=self.q, archived=self.archived)
        return Listing(fetch, lambda row: (row.code,))


class ModelsQuery(ListQuery):
    PATH: ClassVar = "/equipment/models"
    sort: Literal["reference"] = "reference"

    def listing(self, by: Actor) -> Listing[EquipmentModel]:
        fetch = partial(queries.models, by=by, q=self.q, archived=self.archived)
        return Listing(fetch, lambda row: (row.manufacturer, row.reference))


AskedCategories = Annotated[CategoriesQuery, Query()]
AskedModels = Annotated[ModelsQuery, Query()]


@routes.get("/categories")
def categories_page(request: Request, asked: AskedCategories, session: Session, by: CurrentActor) -> Response:
    may = {"may_add": by.has(Permission.PLAN), "may_change": may_change(by)}
    return page(request, "equipment/categories.html", by=by, **may, **asked.shown(session, asked.listing(by)))


@routes.get("/categories/export.{kind}")
@slow
def export_categories(
    request: Request, kind: FileKind, asked: AskedCategories, session: Session, by: CurrentActor
) -> Response:
    return list_file(request, session, "categories", kind, asked.listing(by), columns.CATEGORIES, words={})


@routes.get("/models")
def models_page(request: Request, asked: AskedModels, session: Session, by: CurrentActor) -> Response:
    may = {"may_add": by.has(Permission.PLAN), "may_change": may_change(by)}
    return page(request, "equipment/models.html", by=by, **may, **asked.shown(session, asked.listing(by)))


@routes.get("/models/export.{kind}")
@slow
def export_models(request: Request, kind: FileKind, asked: AskedModels, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "models", kind, asked.listing(by), columns.MODELS, words={})


def category_form(
    request: Request,
    session: Session,
    *,
    by: Actor,
    category: EquipmentCategory | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    own_id = category.id if category else None
    choices = queries.category_choices(session, by=by)
    return page(
        request,
        "equipment/category.html",
        by=by,
        status=status_of(errors),
        category=category,
        values={name: values.get(name) for name in (*CategoryInput.model_fields, "version")},
        errors=errors or {},
        parents=[choice for choice in choices if choice[0] != own_id],
    )


@routes.get("/categories/new")
def new_category(request: Request, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.PLAN)
    return category_form(request, session, by=by, category=None, values={})


@routes.post("/categories/new")
def create_category(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    require(by, Permission.PLAN)
    try:
        category = actions.create_category(session, parse(CategoryInput, form), by=by, now=now)
    except InvalidInput as error:
        return category_form(request, session, by=by, category=None, values=dict(form), errors=messages(error))
    return see_other("/equipment/categories", message=N_("%(name)s is added."), name=category.name)


@routes.get("/categories/{category_id}")
def show_category(request: Request, category_id: int, session: Session, by: CurrentActor) -> Response:
    require_whole_house(by, Permission.PLAN)
    category = queries.get_category(session, category_id, by=by)
    return category_form(request, session, by=by, category=category, values=category_values(category))


def category_values(category: EquipmentCategory) -> dict[str, Any]:
    return {name: getattr(category, name) for name in (*CategoryInput.model_fields, "version")}


@routes.post("/categories/{category_id}")
def edit_category(
    request: Request, category_id: int, session: Session, form: Form, by: CurrentActor, now: Now
) -> Response:
    category = queries.get_category(session, category_id, by=by)
    require_whole_house(by, Permission.PLAN)
    try:
        data, version = parse_edit(CategoryInput, form)
        actions.edit_category(session, category_id, data.model_dump(), version=version, by=by, now=now)
    except REFUSED as error:
        saved_url = f"/equipment/categories/{category_id}"
        errors = refused(error, dict(form), category_values(category), CategoryInput.model_fields, saved_url)
        return category_form(request, session, by=by, category=category, values=errors.typed, errors=errors)
    return see_other("/equipment/categories", message=N_("Saved."))


@routes.post("/categories/{category_id}/archive")
def archive_category(category_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_category(session, category_id, by=by, now=now)
    return see_other("/equipment/categories", message=N_("Archived."))


@routes.post("/categories/{category_id}/restore")
def restore_category(category_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_category(session, category_id, is_archived=False, by=by, now=now)
    return see_other("/equipment/categories", message=N_("Restored."))


def model_form(
    request: Request,
    session: Session,
    *,
    by: Actor,
    model: EquipmentModel | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    organisation = houses.find_organisation(session)
    return page(
        request,
        "equipment/model.html",
        by=by,
        status=status_of(errors),
        model=model,
        values={name: values.get(name) for name in (*ModelForm.model_fields, "version")},
        errors=errors or {},
        categories=queries.category_choices(session, by=by),
        currency=values.get("currency") or (organisation.currency if organisation else "EUR"),
    )


def model_values(session: Session, said: ModelForm) -> dict[str, Any]:
    values = said.model_dump(exclude={"replacement_cost"}) | {"replacement_cost_minor": said.replacement_cost}
    organisation = houses.find_organisation(session)
    if said.replacement_cost is not None and organisation is not None:
        values["currency"] = said.currency or organisation.currency
    return values


@routes.get("/models/new")
def new_model(request: Request, session: Session, by: CurrentActor) -> Response:
    require(by, Permission.PLAN)
    return model_form(request, session, by=by, model=None, values={})


@routes.post("/models/new")
def create_model(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    require(by, Permission.PLAN)
    try:
        data = ModelInput(**model_values(session, parse(ModelForm, form)))
        model = actions.create_model(session, data, by=by, now=now)
    except InvalidInput as error:
        return model_form(request, session, by=by, model=None, values=dict(form), errors=messages(error))
    return see_other("/equipment/models", message=N_("%(name)s is added."), name=model.reference)


@routes.get("/models/{model_id}")
def show_model(request: Request, model_id: int, session: Session, by: CurrentActor) -> Response:
    require_whole_house(by, Permission.PLAN)
    model = queries.get_model(session, model_id, by=by)
    return model_form(request, session, by=by, model=model, values=saved_model(model))


def saved_model(model: EquipmentModel) -> dict[str, Any]:
    values = {name: getattr(model, name) for name in (*ModelInput.model_fields, "version")}
    return values | {"replacement_cost": written(model.replacement_cost_minor)}


@routes.post("/models/{model_id}")
def edit_model(request: Request, model_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    model = queries.get_model(session, model_id, by=by)
    require_whole_house(by, Permission.PLAN)
    try:
        said, version = parse_edit(ModelForm, form)
        actions.edit_model(session, model_id, model_values(session, said), version=version, by=by, now=now)
    except REFUSED as error:
        saved_url, fields = f"/equipment/models/{model_id}", ModelForm.model_fields
        errors = refused(error, dict(form), saved_model(model), fields, saved_url)
        return model_form(request, session, by=by, model=model, values=errors.typed, errors=errors)
    return see_other("/equipment/models", message=N_("Saved."))


@routes.post("/models/{model_id}/archive")
def archive_model(model_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_model(session, model_id, by=by, now=now)
    return see_other("/equipment/models", message=N_("Archived."))


@routes.post("/models/{model_id}/restore")
def restore_model(model_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    actions.archive_model(session, model_id, is_archived=False, by=by, now=now)
    return see_other("/equipment/models", message=N_("Restored."))
