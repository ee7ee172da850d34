"""Which site a row of a file means. Names of sites may be alike, each customer having its « Siège »; codes are not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.core.errors import FieldError
from app.core.i18n import N_
from app.core.i18n.folding import fold


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site that the actor sees; `customer` holds the folded code and name of whom it belongs to."""

    id: int
    code: str
    name: str
    customer: tuple[str, ...] = ()


def labels(sites: Sequence[KnownSite]) -> dict[int, str]:
    """What files call each site: its name where that is nobody else's name or code, else its code."""
    bearers: dict[str, set[int]] = {}
    for site in sites:
        for word in (site.code, site.name):
            bearers.setdefault(fold(word), set()).add(site.id)
    return {site.id: site.name if len(bearers[fold(site.name)]) == 1 else site.code for site in sites}


def by_word(sites: Iterable[KnownSite]) -> dict[str, list[KnownSite]]:
    """A code comes before the names that are written like it."""
    found: dict[str, list[KnownSite]] = {}
    for site in sites:
        found.setdefault(fold(site.name), []).append(site)
    return found | {fold(site.code): [site] for site in sites}


def site_meant(said: str, customer: str | None, sites: Mapping[str, Sequence[KnownSite]]) -> KnownSite | None:
    """None: there is none of this name yet. A row goes to no other customer's site than it says.

    Raises SiteUnclear.
    """
    found = sites.get(fold(said), ())
    if not found:
        return None
    theirs = [site for site in found if customer is None or fold(customer) in site.customer]
    fitting = theirs or [site for site in found if not site.customer]
    if not fitting:
        raise SiteUnclear(other_customer())
    if len(fitting) > 1:
        codes = ", ".join(site.code for site in fitting)[:200]
        message = N_("Several sites are called this; write the code: %(codes)s.")
        raise SiteUnclear(FieldError("site", "several_sites", message, {"codes": codes}))
    return fitting[0]


def other_customer() -> FieldError:
    return FieldError("customer", "other_customer", N_("The site belongs to another customer, or to two in this file."))


class SiteUnclear(ValueError):
    """`error` is for the row."""

    def __init__(self, error: FieldError) -> None:
        super().__init__(error.code)
        self.error = error
