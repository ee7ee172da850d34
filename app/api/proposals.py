"""Proposals: what evidence suggests, accepted or refused; the ladder's rules; a piece's ladder and reliability."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.core.security import Actor
from app.http import CurrentActor, IfMatch, Now, Page, PageQuery, RondeRoute, bad_cursor, cursor_after, page_of
from app.people.schemas import Id
from app.proposals.actions import deciding, rules
from app.proposals.queries import ladders, proposals, reliability
from app.proposals.queries.rules import ladder_rule, ladder_rules
from app.proposals.rules.ladder import Kind, Test
from app.proposals.schemas import (
    AcceptInput,
    LadderRuleInput,
    LadderRuleView,
    LadderView,
    ProposalRow,
    ProposalView,
    RefusalInput,
    ReliabilityView,
)

router = APIRouter(tags=["proposals"], route_class=RondeRoute)


class ProposalQuery(PageQuery):
    state: Literal["open", "accepted", "refused", "expired"] | None = None
    kind: Kind | None = None
    equipment_id: Id | None = None
    plan_id: Id | None = None
    site_id: Id | None = None

    def wanted(self) -> proposals.ProposalFilter:
        return proposals.ProposalFilter(**self.model_dump(exclude={"limit", "cursor"}))


class Period(BaseModel):
    from_: Annotated[date | None, Field(alias="from", description="Null: a year before the last day.")] = None
    until: Annotated[date | None, Field(description="The last day, included. Null: today.")] = None


@router.get("/proposals")
def list_proposals(query: Annotated[ProposalQuery, Query()], session: Session, by: CurrentActor) -> Page[ProposalRow]:
    """The newest first."""
    after = cursor_after(query.cursor)
    rows = proposals.proposal_rows(session, query.wanted(), by=by, limit=query.limit, after=after)
    return page_of(rows, query.limit, lambda row: (row.id,))


@router.get("/proposals/{proposal_id}")
def get_proposal(proposal_id: int, session: Session, by: CurrentActor) -> ProposalView:
    return proposals.proposal_view(session, proposals.get_proposal(session, proposal_id, by=by))


@router.post("/proposals/{proposal_id}/accept")
def accept_proposal(
    proposal_id: int, data: AcceptInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> ProposalView:
    """The work order that it proposes is made (`order_id`), with the evidence in its instructions."""
    found = deciding.accept_proposal(session, proposal_id, data, version=version, by=by, now=now)
    return proposals.proposal_view(session, found)


@router.post("/proposals/{proposal_id}/refuse")
def refuse_proposal(
    proposal_id: int, data: RefusalInput, session: Session, by: CurrentActor, now: Now, version: IfMatch
) -> ProposalView:
    """It comes again after the rule's cool-down, and only on new evidence."""
    found = deciding.refuse_proposal(session, proposal_id, data, version=version, by=by, now=now)
    return proposals.proposal_view(session, found)


@router.get("/equipment/{equipment_id}/ladder")
def get_equipment_ladder(equipment_id: int, session: Session, by: CurrentActor, now: Now) -> LadderView:
    """How far each rule is from its threshold on this piece."""
    return ladders.ladder(session, equipment_id, by=by, now=now)


@router.get("/equipment/{equipment_id}/reliability")
def get_equipment_reliability(
    equipment_id: int, period: Annotated[Period, Query()], session: Session, by: CurrentActor, now: Now
) -> ReliabilityView:
    """MTBF, MTTR, availability, corrective cost and compliance of one piece over a period."""
    return reliability.reliability(session, equipment_id, by=by, now=now, from_on=period.from_, until_on=period.until)


@router.get("/ladder-rules")
def list_ladder_rules(query: Annotated[PageQuery, Query()], session: Session, by: CurrentActor) -> Page[LadderRuleView]:
    """The rules that hold where no category has its own."""
    return rules_page(session, None, query, by=by)


def rules_page(session: Session, category_id: int | None, query: PageQuery, *, by: Actor) -> Page[LadderRuleView]:
    """One a test, in their own order: a cursor is the place of the last one shown."""
    found = ladder_rules(session, category_id, by=by)
    places = {view.test: place for place, view in enumerate(found, 1)}
    shown = cursor_after(query.cursor) or [0]
    if not isinstance(shown[0], int):
        raise bad_cursor()
    return page_of(found[shown[0] :], query.limit, lambda view: (places[view.test],))


@router.put("/ladder-rules/{test}")
def set_ladder_rule(
    test: Test, data: LadderRuleInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> LadderRuleView:
    """The house's own. Where there is none yet, the version is 0."""
    rules.set_rule(session, None, test, data, version=version, by=by, now=now)
    return ladder_rule(session, None, test, by=by)


@router.delete("/ladder-rules/{test}")
def reset_ladder_rule(test: Test, version: IfMatch, session: Session, by: CurrentActor, now: Now) -> LadderRuleView:
    """Back to Ronde's own default, which it answers with."""
    rules.drop_rule(session, None, test, version=version, by=by, now=now)
    return ladder_rule(session, None, test, by=by)


@router.get("/equipment-categories/{category_id}/ladder-rules")
def list_category_ladder_rules(
    category_id: int, query: Annotated[PageQuery, Query()], session: Session, by: CurrentActor
) -> Page[LadderRuleView]:
    """The rules that hold for a category: its own, else those of the nearest one above, else the house's."""
    return rules_page(session, category_id, query, by=by)


@router.put("/equipment-categories/{category_id}/ladder-rules/{test}")
def set_category_ladder_rule(
    category_id: int, test: Test, data: LadderRuleInput, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> LadderRuleView:
    """The category's own. Where it has none yet, the version is 0."""
    rules.set_rule(session, category_id, test, data, version=version, by=by, now=now)
    return ladder_rule(session, category_id, test, by=by)


@router.delete("/equipment-categories/{category_id}/ladder-rules/{test}")
def reset_category_ladder_rule(
    category_id: int, test: Test, version: IfMatch, session: Session, by: CurrentActor, now: Now
) -> LadderRuleView:
    """Back to what holds above it, which it answers with."""
    rules.drop_rule(session, category_id, test, version=version, by=by, now=now)
    return ladder_rule(session, category_id, test, by=by)
