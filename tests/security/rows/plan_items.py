"""Dates of one item that a person skips, moves or wants now, and the pause of one item, in both doors."""

from tests.security.rows import Row

DATED = {"plan_id": "dated_plan_id", "target_id": "dated_target_id"}
RESTING = {"plan_id": "paused_plan_id", "target_id": "paused_target_id"}
SKIP = {"cycle_key": "D:2027-02-01", "reason": "Works"}
MOVE = SKIP | {"on": "2027-02-10"}
WHY = {"reason": "Works"}

ROWS = {
    "POST /api/v1/plan-targets/{target_id}/skip": Row("manager", body=SKIP, own=DATED),
    "POST /api/v1/plan-targets/{target_id}/move": Row("manager", body=MOVE, own=DATED),
    "POST /api/v1/plan-targets/{target_id}/do-now": Row("manager", body=WHY, own=DATED),
    "GET /api/v1/plan-targets/{target_id}/exceptions": Row("technician", own=DATED),
    "DELETE /api/v1/plan-targets/{target_id}/exceptions/{exception_id}": Row("manager", own=DATED),
    "POST /api/v1/plan-targets/{target_id}/pause": Row("manager", body=WHY, own=DATED),
    "POST /api/v1/plan-targets/{target_id}/pause/preview": Row("manager", body=WHY, own=DATED),
    "POST /api/v1/plan-targets/{target_id}/resume": Row("manager", body={"is_caught_up": True}, own=RESTING),
    "POST /plans/{plan_id}/items/{target_id}/skip": Row("manager", body=SKIP, own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/move": Row("manager", body=MOVE, own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/do-now": Row("manager", body=WHY, own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/exceptions/{exception_id}/withdraw": Row("manager", own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/pause": Row("manager", body=WHY, own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/pause/preview": Row("manager", body=WHY, own=DATED),
    "POST /plans/{plan_id}/items/{target_id}/resume": Row("manager", body={"is_caught_up": "1"}, own=RESTING),
}
