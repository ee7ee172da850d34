"""Plans, their items, dates and ledger, in both doors."""

from tests.security.rows import Row

PLAN = {"title": "New", "kind": "cleaning", "start_on": "2027-01-01", "freq": "month", "site_id": "{site_id}"}
PAUSED = {"plan_id": "paused_plan_id"}
RESTART = {"anchor_on": "2027-01-01"}

ROWS = {
    "GET /api/v1/maintenance-plans": Row("technician"),
    "GET /api/v1/maintenance-plans/export.{kind}": Row("technician"),
    "POST /api/v1/maintenance-plans": Row("manager", body=PLAN),
    "POST /api/v1/maintenance-plans/preview": Row("manager", body=PLAN),
    "GET /api/v1/maintenance-plans/{plan_id}": Row("technician"),
    "GET /api/v1/maintenance-plans/{plan_id}/explain": Row("technician", query="equipment_id={equipment_id}"),
    "GET /api/v1/maintenance-plans/{plan_id}/versions": Row("technician"),
    "PATCH /api/v1/maintenance-plans/{plan_id}": Row("manager", body={"title": "New"}),
    "POST /api/v1/maintenance-plans/{plan_id}/archive": Row("manager"),
    "POST /api/v1/maintenance-plans/{plan_id}/pause": Row("manager", body={"reason": "Works"}),
    "POST /api/v1/maintenance-plans/{plan_id}/resume": Row("manager", own=PAUSED, headers={"if-match": "2"}),
    "GET /api/v1/occurrences": Row("technician"),
    "GET /api/v1/occurrences/export.{kind}": Row("technician"),
    "GET /api/v1/occurrences/{occurrence_id}": Row("technician"),
    "GET /api/v1/occurrences/{occurrence_id}/explain": Row("technician"),
    "GET /api/v1/plan-targets": Row("technician"),
    "GET /api/v1/plan-targets/export.{kind}": Row("technician"),
    "GET /api/v1/plan-targets/{target_id}": Row("technician"),
    "GET /api/v1/plan-targets/{target_id}/upcoming": Row("technician"),
    "POST /api/v1/plan-targets/{target_id}/restart": Row("manager", body=RESTART),
    "GET /api/v1/plan-families": Row("technician"),
    "POST /api/v1/plan-families": Row("manager", body={"title": "Service"}),
    "GET /api/v1/plan-families/{family_id}": Row("technician"),
    "PATCH /api/v1/plan-families/{family_id}": Row("house_manager", body={"tolerance_days": 3}),
    "POST /api/v1/plan-families/{family_id}/archive": Row("house_manager"),
    "POST /api/v1/plan-families/{family_id}/restore": Row("house_manager"),
    "GET /plans/families": Row("technician"),
    "POST /plans/families": Row("manager", body={"title": "Service"}),
    "POST /plans/families/{family_id}": Row("house_manager", body={"title": "Service", "version": "1"}),
    "POST /plans/families/{family_id}/archive": Row("house_manager"),
    "POST /plans/families/{family_id}/restore": Row("house_manager"),
    "GET /plans": Row("technician"),
    "GET /plans/export.{kind}": Row("technician"),
    "GET /plans/{plan_id}/ledger/export.{kind}": Row("technician"),
    "GET /plans/new": Row("manager"),
    "POST /plans/new": Row("manager", body=PLAN),
    "POST /plans/preview": Row("manager", body=PLAN),
    "GET /plans/{plan_id}": Row("technician"),
    "GET /plans/{plan_id}/edit": Row("manager"),
    "POST /plans/{plan_id}/edit": Row("manager", body=PLAN | {"version": "1"}),
    "GET /plans/{plan_id}/items/{target_id}": Row("technician"),
    "POST /plans/{plan_id}/items/{target_id}": Row("manager", body={"last_done_on": "2026-11-01"}),
    "POST /plans/{plan_id}/archive": Row("manager", body={"version": "1"}),
    "POST /plans/{plan_id}/pause": Row("manager", body={"reason": "Works"}),
    "POST /plans/{plan_id}/resume": Row("manager", own=PAUSED),
    # This world's date asks nothing: who may answer is told so, who may not is refused before.
    "POST /api/v1/occurrences/{occurrence_id}/answer": Row("manager", body={"is_wanted": True}, allowed={409}),
    "POST /plans/{plan_id}/items/{target_id}/answer": Row(
        "manager", body={"occurrence_id": "{occurrence_id}", "is_wanted": "1"}, allowed={409}
    ),
}
