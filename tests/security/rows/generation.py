"""Ticks and their records: the whole house's, or nobody's."""

from tests.security.rows import Row

ROWS = {
    "GET /api/v1/generation-runs": Row("house_manager"),
    "POST /api/v1/generation-runs": Row("house_manager"),
    "GET /api/v1/generation-runs/{run_id}": Row("house_manager"),
    "POST /api/v1/generation-runs/{run_id}/withdraw": Row("house_manager"),
}
