"""What a list's file holds: the field of each column as programs read it, and its title as people do."""

from app.core.i18n import N_

Columns = dict[str, str]

PERSONS: Columns = {"name": N_("Name"), "email": N_("E-mail"), "phone": N_("Phone"), "archived_at": N_("Archived")}
TEAMS: Columns = {"name": N_("Name"), "member_ids": N_("Members"), "archived_at": N_("Archived")}
USERS: Columns = {
    "name": N_("Name"),
    "login": N_("Login"),
    "role": N_("Role"),
    "is_active": N_("Active"),
    "email": N_("E-mail"),
    "phone": N_("Phone"),
    "created_at": N_("Since"),
}
SITES: Columns = {
    "name": N_("Name"),
    "code": N_("Code"),
    "customer_id": N_("Customer"),
    "time_zone": N_("Time zone"),
    "calendar_id": N_("Calendar"),
    "address": N_("Address"),
    "archived_at": N_("Archived"),
}
LOCATIONS: Columns = {"site_id": N_("Site"), "path": N_("Place"), "archived_at": N_("Archived")}
CUSTOMERS: Columns = {"name": N_("Name"), "code": N_("Code"), "archived_at": N_("Archived")}
CALENDARS: Columns = {
    "name": N_("Name"),
    "code": N_("Code"),
    "weekdays": N_("Days worked"),
    "country": N_("Country"),
    "region": N_("Region"),
    "archived_at": N_("Archived"),
}
CATEGORIES: Columns = {
    "code": N_("Code"),
    "name": N_("Name"),
    "name_fr": N_("Name in French"),
    "tag_prefix": N_("Tags begin with"),
    "expected_life_months": N_("Expected life (months)"),
    "archived_at": N_("Archived"),
}
MODELS: Columns = {
    "manufacturer": N_("Manufacturer"),
    "reference": N_("Reference"),
    "end_of_support_on": N_("End of support"),
    "archived_at": N_("Archived"),
}
