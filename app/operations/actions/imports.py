"""A file of equipment into the registry: first what would happen, row by row, then the same in bulk.

1. The table is read and its columns named. 2. Names are matched with those of the house. 3. Each row is judged against
the pieces it may speak of. 4. Names that are missing are made. 5. Pieces are written in a handful of statements.
A refused row stops no other. Run twice, nothing changes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.changes.actions.commissioning import commission_many
from app.core.errors import Conflict, FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold
from app.core.security import Actor, Permission, require
from app.equipment.rules.columns import columns_of
from app.equipment.rules.contradictions import judge_file
from app.equipment.rules.identity import Verdict, claims_of
from app.equipment.rules.importing import CLEARED, ImportRow, read_rows
from app.equipment.rules.tables import read_table
from app.operations.actions.import_names import NAMING, make_names, missing_names
from app.operations.actions.import_pieces import change, register
from app.operations.queries.registry import Names, as_known, known_names, registry_of
from app.operations.schemas import ImportReport, line_of
from app.places.models import Organisation


@dataclass(frozen=True, slots=True)
class Prepared:
    verdicts: Sequence[Verdict]
    names: Names
    ignored: tuple[str, ...]


def import_equipment(
    session: Session,
    data: bytes,
    *,
    is_dry_run: bool,
    clears: bool = False,
    is_commissioned: bool = False,
    by: Actor,
    now: datetime,
) -> ImportReport:
    """Raises InvalidInput or TooLarge for a file that can't be read; a row that can't be taken is in the report.

    `clears`: an empty cell clears what is there, but for what pieces are recognised by; otherwise it says nothing.
    `is_commissioned`: new pieces in service get the orders of their category's commissioning defaults.
    """
    require(by, Permission.PLAN)
    if session.get(Organisation, 1) is None:
        raise Conflict("not_set_up", N_("Set Ronde up first: on its first page, or with `ronde init`."))
    prepared = prepare(session, data, clears=clears, by=by)
    kept = [verdict for verdict in prepared.verdicts if verdict.outcome in ("create", "change")]
    naming = naming_rows(kept)
    created = missing_names(naming, prepared.names)
    lines = [line_of(verdict) for verdict in prepared.verdicts]
    if not is_dry_run:
        make_names(session, naming, prepared.names, by=by, now=now)
        new = [verdict for verdict in kept if verdict.outcome == "create"]
        said = {fold(verdict.row.values.get("tag", "")) for verdict in prepared.verdicts}
        tags = register(session, new, prepared.names, spoken_for=said, by=by, now=now)
        change(session, [verdict for verdict in kept if verdict.known], prepared.names, by=by, now=now)
        for line in lines:
            if line.line in tags:
                line.equipment_id, line.tag = tags[line.line]
        if is_commissioned:
            commission_many(session, [equipment_id for equipment_id, _ in tags.values()], by=by, now=now)
    return ImportReport(
        is_dry_run=is_dry_run,
        counts=dict.fromkeys(("create", "change", "unchanged", "refuse"), 0)
        | Counter(v.outcome for v in prepared.verdicts),
        created=created,
        ignored_columns=list(prepared.ignored),
        lines=lines,
    )


def prepare(session: Session, data: bytes, *, clears: bool, by: Actor) -> Prepared:
    table = read_table(data)
    columns, ignored = columns_of(table[0])
    rows = read_rows(table, columns, cleared=CLEARED if clears else frozenset())
    names = known_names(session, rows, by=by)
    rows = [check_site(row, names, by) for row in as_known(rows, names)]
    claims = claims_of(rows)
    registry = registry_of(session, rows, names, positions=[c.position for c in claims if c.position], by=by)
    return Prepared([placed(verdict) for verdict in judge_file(rows, claims, registry)], names, ignored)


def naming_rows(verdicts: Sequence[Verdict]) -> list[ImportRow]:
    """One row for all that name the same things."""
    said: dict[tuple[str | None, ...], ImportRow] = {}
    for verdict in verdicts:
        said.setdefault(tuple(verdict.row.values.get(name) for name in NAMING), verdict.row)
    return list(said.values())


def placed(verdict: Verdict) -> Verdict:
    """A place that is said without a site lies on the piece's own."""
    values = verdict.row.values
    if verdict.known is None or "location" not in values or "site" in values:
        return verdict
    return replace(verdict, row=replace(verdict.row, values={**values, "site": verdict.known.values["site"]}))


def check_site(row: ImportRow, names: Names, by: Actor) -> ImportRow:
    """Who is limited to some sites neither makes new ones nor learns which others exist."""
    site = row.values.get("site")
    if by.site_ids is None or site is None or row.errors or fold(site) in names.sites:
        return row
    error = FieldError("site", "unknown_site", N_("This site does not exist."))
    return replace(row, errors=(*row.errors, error))
