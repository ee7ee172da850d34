"""Pages of customers, sites, locations and calendars."""

from tests.security.rows import Row
from tests.security.rows.places import RUN

NEW = {"code": "NEW", "name": "New"}
CALENDAR = NEW | {"weekdays[]": "monday"}

ROWS = {
    "GET /sites": Row("technician"),
    "GET /sites/export.{kind}": Row("technician"),
    "GET /sites/new": Row("house_manager"),
    "POST /sites": Row("house_manager", body=NEW),
    "GET /sites/{site_id}": Row("technician"),
    "GET /sites/{site_id}/edit": Row("manager"),
    "POST /sites/{site_id}": Row("manager", body=NEW | {"customer_id": "{customer_id}"}),
    "POST /sites/{site_id}/archive": Row("manager"),
    "POST /sites/{site_id}/restore": Row("manager"),
    "POST /sites/{site_id}/locations": Row("manager", body={"name": "New"}),
    "GET /locations/{location_id}/edit": Row("manager"),
    "POST /locations/{location_id}": Row("manager", body={"name": "New"}),
    "POST /locations/{location_id}/archive": Row("manager"),
    "POST /locations/{location_id}/restore": Row("manager"),
    "GET /sites/customers": Row("technician"),
    "GET /sites/customers/export.{kind}": Row("technician"),
    "GET /sites/customers/new": Row("house_manager"),
    "POST /sites/customers": Row("house_manager", body=NEW),
    "GET /sites/customers/{customer_id}": Row("house_manager"),
    "POST /sites/customers/{customer_id}": Row("house_manager", body=NEW),
    "POST /sites/customers/{customer_id}/archive": Row("house_manager"),
    "POST /sites/customers/{customer_id}/restore": Row("house_manager"),
    "GET /sites/calendars": Row("technician"),
    "GET /sites/calendars/export.{kind}": Row("technician"),
    "GET /sites/calendars/new": Row("house_manager"),
    "POST /sites/calendars": Row("house_manager", body=CALENDAR),
    "GET /sites/calendars/{calendar_id}": Row("technician"),
    "GET /sites/calendars/{calendar_id}/edit": Row("house_manager"),
    "POST /sites/calendars/{calendar_id}": Row("house_manager", body=CALENDAR),
    "POST /sites/calendars/{calendar_id}/days": Row("house_manager", body=RUN),
    "POST /sites/calendars/{calendar_id}/days/{days_id}/remove": Row("house_manager"),
    "POST /sites/calendars/{calendar_id}/archive": Row("house_manager", allowed={409}),
    "POST /sites/calendars/{calendar_id}/restore": Row("house_manager"),
}
