"""What stopped: for those who may put it right."""

from tests.security.rows import Row

ROWS = {
    "GET /api/v1/attention": Row("manager"),
    "GET /api/v1/attention/count": Row("manager"),
    "GET /attention": Row("manager"),
    "GET /attention/count": Row("manager"),
    "GET /attention/runs/{run_id}": Row("house_manager"),
    "POST /attention/runs/{run_id}/withdraw": Row("house_manager"),
}
