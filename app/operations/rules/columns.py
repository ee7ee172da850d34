"""What a list's file holds: the field of each column as programs read it, and its title as people do."""

from app.core.i18n import N_

Columns = dict[str, str]

PERSONS: Columns = {"name": N_("Name"), "email": N_("E-mail"), "phone": N_("Phone"), "archived_at": N_("Archived")}
ABSENCES: Columns = {
    "person": N_("Name"),
    "kind": N_("Why"),
    "first_on": N_("First day"),
    "last_on": N_("Last day"),
    "note": N_("Note"),
}
VISITS: Columns = {
    "day_on": N_("Day"),
    "title": N_("Name"),
    "site": N_("Site"),
    "person": N_("Person"),
    "state": N_("State"),
    "total": N_("Orders"),
    "done": N_("Done"),
}
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
    "tag_prefix": N_("Start of tags"),
    "expected_life_months": N_("Expected life (months)"),
    "archived_at": N_("Archived"),
}
MODELS: Columns = {
    "manufacturer": N_("Manufacturer"),
    "reference": N_("Reference"),
    "end_of_support_on": N_("End of support"),
    "archived_at": N_("Archived"),
}
PARTS: Columns = {
    "reference": N_("Reference"),
    "name": N_("Name"),
    "stock": N_("Stock"),
    "unit": N_("Unit"),
    "threshold": N_("Threshold"),
    "shelf": N_("Shelf"),
    "unit_cost_minor": N_("Unit cost"),
    "currency": N_("Currency"),
    "archived_at": N_("Archived"),
}
REQUESTS: Columns = {
    "id": N_("Number"),
    "text": N_("What is wrong"),
    "status": N_("State"),
    "urgency": N_("Urgency"),
    "contact_name": N_("Asked by"),
    "tag": N_("Tag"),
    "item": N_("Item"),
    "place": N_("Place"),
    "site": N_("Site"),
    "created_at": N_("Since"),
    "order_id": N_("Order"),
    "feedback": N_("Answer of the person"),
}
PROCEDURES: Columns = {
    "code": N_("Code"),
    "title": N_("Procedure"),
    "kind": N_("Kind"),
    "current_number": N_("Version"),
    "step_count": N_("Steps"),
    "estimate_minutes": N_("Estimate (min)"),
    "open_suggestions": N_("Open suggestions"),
    "archived_at": N_("Archived"),
}
ORDERS: Columns = {
    "id": N_("Number"),
    "title": N_("Title"),
    "state": N_("State"),
    "priority": N_("Priority"),
    "type": N_("Type"),
    "kind": N_("Kind"),
    "due_on": N_("Due"),
    "window_last_on": N_("At the latest"),
    "tag": N_("Tag"),
    "item": N_("Item"),
    "site": N_("Site"),
    "place": N_("Place"),
    "assignee": N_("Assignee"),
    "escalation_level": N_("Level"),
    "estimate_minutes": N_("Estimate (min)"),
}
PLANS: Columns = {
    "code": N_("Code"),
    "title": N_("Plan"),
    "kind": N_("Kind"),
    "state": N_("State"),
    "reason": N_("Reason"),
    "words": N_("When"),
    "target_count": N_("Items"),
    "next_due_on": N_("Next date"),
}
TARGETS: Columns = {
    "plan_code": N_("Code"),
    "plan_title": N_("Plan"),
    "tag": N_("Tag"),
    "name": N_("Item"),
    "place": N_("Place"),
    "site_name": N_("Site"),
    "state": N_("State"),
    "last_done_on": N_("Last done"),
    "next_due_on": N_("Next date"),
}
OCCURRENCES: Columns = {
    "plan_code": N_("Code"),
    "plan_title": N_("Plan"),
    "tag": N_("Tag"),
    "name": N_("Item"),
    "place": N_("Place"),
    "raw_due_on": N_("By the rule"),
    "due_on": N_("Due"),
    "last_due_on": N_("Last of the run"),
    "count": N_("Dates"),
    "fate": N_("What became of it"),
    "reason": N_("Reason"),
    "decided_at": N_("Decided"),
}
