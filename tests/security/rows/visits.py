"""Visits, and orders done in bulk."""

from tests.security.rows import Row

EDIT = {"title": "Round", "day_on": "2026-11-24"}
ORDERS = {"order_ids": ["{order_id}"]}
TICKED = {"order_ids[]": "{order_id}"}
STARTED = {"visit_id": "started_visit_id"}

ROWS = {
    "GET /api/v1/visits": Row("technician"),
    "POST /api/v1/visits": Row("technician", body={"day_on": "2026-11-24", "order_ids": ["{planned_order_id}"]}),
    "GET /api/v1/visits/bundled-teams": Row("technician"),
    "PUT /api/v1/visits/bundled-teams/{team_id}": Row("manager"),
    "DELETE /api/v1/visits/bundled-teams/{team_id}": Row("manager"),
    "GET /api/v1/visits/export.{kind}": Row("technician"),
    "GET /visits/export.{kind}": Row("technician"),
    "GET /api/v1/visits/{visit_id}": Row("technician"),
    "PUT /api/v1/visits/{visit_id}": Row("technician", body=EDIT),
    "POST /api/v1/visits/{visit_id}/orders": Row("technician", body={"order_ids": ["{planned_order_id}"]}),
    "POST /api/v1/visits/{visit_id}/orders/remove": Row("technician", body=ORDERS),
    "POST /api/v1/visits/{visit_id}/orders/move": Row("technician", body={"order_id": "{order_id}", "direction": "up"}),
    "POST /api/v1/visits/{visit_id}/orders/sort": Row("technician"),
    "POST /api/v1/visits/{visit_id}/start": Row("technician"),
    "POST /api/v1/visits/{visit_id}/stop": Row("technician", own=STARTED, headers={"if-match": "2"}),
    "POST /api/v1/visits/{visit_id}/end": Row("technician"),
    "POST /api/v1/visits/{visit_id}/complete": Row("technician", body=ORDERS),
    "GET /visits": Row("technician"),
    "POST /visits/bundled": Row("manager", body={"team_ids[]": "{team_id}"}),
    "GET /visits/new": Row("technician", query="site_id={site_id}&day_on=2026-12-01"),
    "POST /visits": Row("technician", body={"day_on": "2026-11-24", "order_ids[]": "{planned_order_id}"}),
    "GET /visits/{visit_id}": Row("technician"),
    "POST /visits/{visit_id}": Row("technician", body=EDIT),
    "GET /visits/{visit_id}/edit": Row("technician"),
    "POST /visits/{visit_id}/add": Row("technician", body={"order_ids[]": "{planned_order_id}"}),
    "POST /visits/{visit_id}/complete": Row("technician", body=TICKED),
    "POST /visits/{visit_id}/start": Row("technician"),
    "POST /visits/{visit_id}/stop": Row("technician", own=STARTED),
    "POST /visits/{visit_id}/end": Row("technician"),
    "POST /visits/{visit_id}/move": Row("technician", body={"order_id": "{order_id}", "direction": "up"}),
    "POST /visits/{visit_id}/sort": Row("technician"),
    "POST /visits/{visit_id}/remove": Row("technician", body=TICKED),
}
