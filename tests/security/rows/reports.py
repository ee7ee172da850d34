"""Forecasts and simulations, in both doors."""

from tests.security.rows import Row

ROWS = {
    "GET /api/v1/forecast": Row("manager", query="weeks=4"),
    "GET /workload": Row("manager"),
}
