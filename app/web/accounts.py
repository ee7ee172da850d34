"""Accounts: who may sign in, as what, and which sites they see."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from app.core.errors import InvalidInput
from app.core.i18n import N_
from app.core.security import Actor, Permission, Role, require
from app.http import CurrentActor, Listing, Now, RondeRoute, slow
from app.http.downloads import FileKind, list_file
from app.operations.rules import columns
from app.people import queries as people
from app.people.actions import users as accounts
from app.people.schemas import NewPasswordInput
from app.places.actions import members as actions
from app.places.queries import calendars as houses
from app.places.queries import members as queries
from app.places.queries import sites as places
from app.places.schemas import MemberInput, MemberView, NewMemberInput
from app.web.forms import Form, ids_of, messages, parse, parse_edit
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.web.stale import REFUSED, refused, status_of

router = APIRouter(route_class=RondeRoute, prefix="/people/accounts")
CHOICES = 500


class AccountsQuery(ListQuery):
    """`archived` shows the deactivated ones too."""

    PATH: ClassVar = "/people/accounts"
    role: Role | None = None
    sort: people.UserSort = "name"

    def listing(self, by: Actor) -> Listing[MemberView]:
        asked = {"by": by, "q": self.q, "role": self.role, "is_active": None if self.archived else True}
        return Listing.sorted_by(self.sort, people.USER_ORDERS, queries.members, **asked)


Asked = Annotated[AccountsQuery, Query()]


@router.get("")
def accounts_page(request: Request, asked: Asked, session: Session, by: CurrentActor) -> Response:
    shown = asked.shown(session, asked.listing(by))
    return page(request, "people/accounts.html", by=by, may_administer=True, roles=list(Role), **shown)


@router.get("/export.{kind}")
@slow
def export_accounts(request: Request, kind: FileKind, asked: Asked, session: Session, by: CurrentActor) -> Response:
    return list_file(request, session, "accounts", kind, asked.listing(by), columns.USERS, words={})


def form_page(
    request: Request,
    session: Session,
    *,
    by: Actor,
    user: MemberView | None,
    values: Any,
    errors: Mapping[str, Any] | None = None,
) -> Response:
    require(by, Permission.ADMINISTER)
    sites = list(places.sites(session, by=by, limit=CHOICES))
    customers = list(houses.customers(session, by=by, limit=CHOICES))
    if user is not None:  # what they see stays to be ticked, though archived, or further down the alphabet
        others = set(user.site_ids) - {site.id for site in sites}
        sites += [places.get_site(session, site_id, by=by) for site_id in sorted(others)]
        others = set(user.customer_ids) - {customer.id for customer in customers}
        customers += [houses.get_customer(session, customer_id, by=by) for customer_id in sorted(others)]
    return page(
        request,
        "people/account.html",
        by=by,
        status=status_of(errors),
        user=user,
        values=values,
        errors=errors or {},
        sites=sites,
        customers=customers,
    )


def said(form: Form) -> dict[str, Any]:
    """What was written, to be shown again; never the password."""
    ticked = {name: ids_of(form, name) for name in ("site_ids", "customer_ids")}
    return {name: value for name, value in form.items() if name != "password"} | ticked


@router.get("/new")
def new_account(request: Request, session: Session, by: CurrentActor) -> Response:
    return form_page(
        request, session, by=by, user=None, values={"role": "technician", "site_ids": [], "customer_ids": []}
    )


@router.post("")
@slow
def create_account(request: Request, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data = parse(NewMemberInput, form)
        actions.create_member(session, data, by=by, now=now)
    except InvalidInput as error:
        return form_page(request, session, by=by, user=None, values=said(form), errors=messages(error))
    return see_other("/people/accounts", message=N_("%(name)s is added."), name=data.name)


@router.get("/{user_id:int}")
def show_account(request: Request, user_id: int, session: Session, by: CurrentActor) -> Response:
    user = queries.get_member(session, user_id, by=by)
    return form_page(request, session, by=by, user=user, values=user.model_dump())


@router.post("/{user_id:int}")
def edit_account(request: Request, user_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(MemberInput, form)
        actions.edit_member(session, user_id, data, version=version, by=by, now=now)
    except REFUSED as error:
        user = queries.get_member(session, user_id, by=by)
        saved_url, fields = f"/people/accounts/{user_id}", MemberInput.model_fields
        errors = refused(error, said(form), user.model_dump(), fields, saved_url)
        return form_page(request, session, by=by, user=user, values=errors.typed, errors=errors)
    return see_other("/people/accounts", message=N_("Saved."))


@router.post("/{user_id:int}/password")
@slow
def set_password(request: Request, user_id: int, session: Session, form: Form, by: CurrentActor, now: Now) -> Response:
    try:
        accounts.set_password(session, user_id, parse(NewPasswordInput, form), by=by, now=now)
    except InvalidInput as error:
        user = queries.get_member(session, user_id, by=by)
        return form_page(request, session, by=by, user=user, values=user.model_dump(), errors=messages(error))
    return see_other(f"/people/accounts/{user_id}", message=N_("The password is changed; their sessions are over."))


@router.post("/{user_id:int}/deactivate")
def deactivate_account(user_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    accounts.deactivate_user(session, user_id, by=by, now=now)
    return see_other("/people/accounts", message=N_("Deactivated: no session and no token of theirs works any more."))


@router.post("/{user_id:int}/activate")
def activate_account(user_id: int, session: Session, by: CurrentActor, now: Now) -> Response:
    accounts.activate_user(session, user_id, by=by, now=now)
    return see_other(f"/people/accounts/{user_id}", message=N_("Activated."))
