"""Customers, sites, locations, calendars."""

from tests.security.rows import Row

RUN = {"kind": "closure", "first_on": "2026-12-24", "last_on": "2026-12-31", "name": "Winter"}

ROWS = {
    "GET /api/v1/customers": Row("technician"),
    "GET /api/v1/customers/export.{kind}": Row("technician"),
    "POST /api/v1/customers": Row("house_manager", body={"code": "NEW", "name": "New"}),
    "GET /api/v1/customers/{customer_id}": Row("technician"),
    "PATCH /api/v1/customers/{customer_id}": Row("house_manager", body={"name": "New"}),
    "POST /api/v1/customers/{customer_id}/archive": Row("house_manager"),
    "POST /api/v1/customers/{customer_id}/restore": Row("house_manager"),
    "GET /api/v1/sites": Row("technician"),
    "GET /api/v1/sites/export.{kind}": Row("technician"),
    "POST /api/v1/sites": Row("house_manager", body={"code": "NEW", "name": "New"}),
    "GET /api/v1/sites/{site_id}": Row("technician"),
    "PATCH /api/v1/sites/{site_id}": Row("manager", body={"name": "New"}),
    "POST /api/v1/sites/{site_id}/archive": Row("manager"),
    "POST /api/v1/sites/{site_id}/restore": Row("manager"),
    "GET /api/v1/locations": Row("technician"),
    "GET /api/v1/locations/export.{kind}": Row("technician"),
    "POST /api/v1/locations": Row("manager", body={"site_id": "{site_id}", "name": "New"}),
    "GET /api/v1/locations/{location_id}": Row("technician"),
    "PATCH /api/v1/locations/{location_id}": Row("manager", body={"name": "New"}),
    "POST /api/v1/locations/{location_id}/archive": Row("manager"),
    "POST /api/v1/locations/{location_id}/restore": Row("manager"),
    "GET /api/v1/calendars": Row("technician"),
    "GET /api/v1/calendars/export.{kind}": Row("technician"),
    "POST /api/v1/calendars": Row("house_manager", body={"code": "NEW", "name": "New"}),
    "GET /api/v1/calendars/{calendar_id}": Row("technician"),
    "PATCH /api/v1/calendars/{calendar_id}": Row("house_manager", body={"name": "New"}),
    "POST /api/v1/calendars/{calendar_id}/days": Row("house_manager", body=RUN),
    "DELETE /api/v1/calendars/{calendar_id}/days/{days_id}": Row("house_manager"),
    "POST /api/v1/calendars/{calendar_id}/archive": Row("house_manager", allowed={409}),
    "POST /api/v1/calendars/{calendar_id}/restore": Row("house_manager"),
}
