"""Forecasts and simulations, in both doors."""

from tests.security.rows import Row
from tests.security.rows.plans import PLAN

ROWS = {
    "GET /api/v1/forecast": Row("manager", query="weeks=4"),
    "POST /api/v1/forecast/simulate": Row(
        "manager", body={"equipment": [{"count": 2, "category_id": "{category_id}", "site_id": "{site_id}"}]}
    ),
    "POST /plans/workload": Row("manager", body=PLAN),
    "GET /workload": Row("manager"),
    "GET /workload/what-if": Row("manager", query="count=2&category_id={category_id}&new_site_id={site_id}"),
}
