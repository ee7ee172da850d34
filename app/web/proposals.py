"""Proposals: what evidence suggests, accepted or refused; the rules of the ladder by category."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, model_validator
from sqlalchemy.orm import Session

from app.core.errors import AppError, InvalidInput, PreconditionFailed
from app.core.i18n import N_
from app.core.security import Actor, Permission
from app.equipment import queries as equipment
from app.forecasts.queries.choices import team_choices
from app.http import CurrentActor, Listing, Now, RondeRoute
from app.people.schemas import Id
from app.places.rules import require_whole_house
from app.proposals.actions import deciding
from app.proposals.actions import rules as actions
from app.proposals.queries import proposals
from app.proposals.queries.ladders import ladder
from app.proposals.queries.reliability import reliability
from app.proposals.queries.rules import ladder_rules
from app.proposals.queries.sentences import evidence_orders, rule_sentences
from app.proposals.rules.ladder import KIND_WORDS, TEST_WORDS, Kind, Test
from app.proposals.schemas import AcceptInput, LadderRuleInput, RefusalInput
from app.web.forms import Form, messages, parse_edit, trouble, values_of, version_of
from app.web.lists import ListQuery
from app.web.pages import page, see_other
from app.workorders import queries as work

router = APIRouter(route_class=RondeRoute)


class ProposalsQuery(ListQuery):
    PATH: ClassVar = "/proposals"
    state: Literal["open", "accepted", "refused", "expired", "all"] = "open"
    kind: Kind | None = None
    equipment_id: Id | None = None
    plan_id: Id | None = None
    sort: Literal["-id"] = "-id"

    def listing(self, by: Actor) -> Listing[Any]:
        state = None if self.state == "all" else self.state
        wanted = proposals.ProposalFilter(
            state=state, kind=self.kind, equipment_id=self.equipment_id, plan_id=self.plan_id
        )

        def fetch(session: Session, *, limit: int, after: Any = None) -> list[Any]:
            return proposals.proposal_rows(session, wanted, by=by, limit=limit, after=after)

        return Listing(fetch, lambda row: (row.id,))


@router.get("/proposals")
def proposals_page(
    request: Request, asked: Annotated[ProposalsQuery, Query()], session: Session, by: CurrentActor
) -> Response:
    shown = asked.shown(session, asked.listing(by))
    may = by.has(Permission.PLAN) and by.site_ids is None
    return page(request, "proposals/index.html", by=by, kinds=KIND_WORDS, may_set_rules=may, **shown)


@router.get("/proposals/{proposal_id:int}")
def show_proposal(request: Request, proposal_id: int, session: Session, by: CurrentActor) -> Response:
    return shown(request, session, proposal_id, by=by)


def shown(
    request: Request,
    session: Session,
    proposal_id: int,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    error: AppError | None = None,
) -> Response:
    proposal = proposals.get_proposal(session, proposal_id, by=by)
    may_decide = by.has(Permission.PLAN) and proposal.state == "open"
    modes = equipment.mode_names(session)
    return page(
        request,
        "proposals/show.html",
        by=by,
        status=error.status if error else 200,
        proposal=proposal,
        sentences=rule_sentences(proposal.evidence, modes),
        orders=evidence_orders(proposal.evidence, modes),
        kinds=KIND_WORDS,
        teams=team_choices(session, by=by) if may_decide else [],
        people=[(person.id, person.name) for person in work.colleagues(session, by=by)] if may_decide else [],
        may_decide=may_decide,
        v=said or {},
        errors=messages(error) if error else {},
        trouble=trouble(error),
    )


@router.post("/proposals/{proposal_id:int}/accept")
def accept(request: Request, proposal_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(AcceptInput, form)
        proposal = deciding.accept_proposal(session, proposal_id, data, version=version, by=by, now=now)
    except (InvalidInput, PreconditionFailed) as error:
        return shown(request, session, proposal_id, by=by, said=values_of(form), error=error)
    return see_other(f"/work-orders/{proposal.order_id}", message=N_("Accepted: this is its order."))


@router.post("/proposals/{proposal_id:int}/refuse")
def refuse(request: Request, proposal_id: int, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    try:
        data, version = parse_edit(RefusalInput, form)
        deciding.refuse_proposal(session, proposal_id, data, version=version, by=by, now=now)
    except (InvalidInput, PreconditionFailed) as error:
        return shown(request, session, proposal_id, by=by, said=values_of(form), error=error)
    return see_other(f"/proposals/{proposal_id}", message=N_("Refused. Only new evidence brings it back."))


class Period(BaseModel):
    """An empty answer of its form is none."""

    from_: Annotated[date | None, Field(alias="from")] = None
    until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def without_empty_answers(cls, said: Any) -> Any:
        return {name: value for name, value in said.items() if value != ""} if isinstance(said, dict) else said


@router.get("/equipment/{equipment_id:int}/ladder")
def ladder_page(
    request: Request,
    equipment_id: int,
    period: Annotated[Period, Query()],
    session: Session,
    by: CurrentActor,
    now: Now,
) -> Response:
    """A card of the piece's page; a page by itself, where the period is chosen."""
    is_card = request.headers.get("hx-request") == "true"
    figures = reliability(session, equipment_id, by=by, now=now, from_on=period.from_, until_on=period.until)
    return page(
        request,
        "proposals/_ladder.html" if is_card else "proposals/ladder.html",
        by=by,
        piece=equipment.get_equipment(session, equipment_id, by=by),
        ladder=ladder(session, equipment_id, by=by, now=now),
        figures=figures,
        kinds=KIND_WORDS,
    )


def rules_shown(
    request: Request,
    session: Session,
    category_id: int | None,
    *,
    by: Actor,
    said: dict[str, Any] | None = None,
    test: Test | None = None,
    error: AppError | None = None,
) -> Response:
    """`said` was refused, of the rule `test`."""
    require_whole_house(by, Permission.PLAN)
    names = dict(equipment.category_choices(session, by=by))
    return page(
        request,
        "proposals/rules.html",
        by=by,
        status=error.status if error else 200,
        category=equipment.get_category(session, category_id, by=by) if category_id else None,
        rules=ladder_rules(session, category_id, by=by),
        names=names,
        tests=TEST_WORDS,
        kinds=KIND_WORDS,
        v=said or {},
        edited=test,
        errors=messages(error) if error else {},
        trouble=trouble(error),
        here=rules_address(category_id),
    )


def rules_address(category_id: int | None) -> str:
    return f"/equipment/categories/{category_id}/ladder" if category_id else "/proposals/rules"


def set_rule(
    request: Request, session: Session, category_id: int | None, test: Test, form: Form, *, by: Actor, now: Now
) -> Response:
    try:
        if form.get("reset"):
            actions.drop_rule(session, category_id, test, version=version_of(form), by=by, now=now)
        else:
            ticked = {name: name in form for name in ("is_automatic", "is_active")}
            data, version = parse_edit(LadderRuleInput, form, **ticked)
            actions.set_rule(session, category_id, test, data, version=version, by=by, now=now)
    except (InvalidInput, PreconditionFailed) as error:
        return rules_shown(request, session, category_id, by=by, said=values_of(form), test=test, error=error)
    return see_other(rules_address(category_id), message=N_("Saved."))


@router.get("/proposals/rules")
def house_rules(request: Request, session: Session, by: CurrentActor) -> Response:
    return rules_shown(request, session, None, by=by)


@router.post("/proposals/rules/{test}")
def set_house_rule(request: Request, test: Test, form: Form, session: Session, by: CurrentActor, now: Now) -> Response:
    return set_rule(request, session, None, test, form, by=by, now=now)


@router.get("/equipment/categories/{category_id:int}/ladder")
def category_rules(request: Request, category_id: int, session: Session, by: CurrentActor) -> Response:
    return rules_shown(request, session, category_id, by=by)


@router.post("/equipment/categories/{category_id:int}/ladder/{test}")
def set_category_rule(
    request: Request, category_id: int, test: Test, form: Form, session: Session, by: CurrentActor, now: Now
) -> Response:
    return set_rule(request, session, category_id, test, form, by=by, now=now)
