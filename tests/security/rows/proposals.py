"""Proposals and the ladder, in both doors. Rules of the ladder are the whole house's."""

from tests.security.rows import Row

RULE = {"threshold": 4, "window_days": 60, "is_active": True}
FORM = {"threshold": "4", "window_days": "60", "again_after": "1", "cool_down_days": "30", "is_active": "1"}

RETUNING = {"proposal_id": "retuning_id"}

NONE_YET = {"if-match": '"0"'}

ROWS = {
    "GET /api/v1/proposals/{proposal_id}/retuning": Row("manager", own=RETUNING),
    "POST /api/v1/proposals/{proposal_id}/retune": Row("manager", body={}, own=RETUNING),
    "GET /proposals/{proposal_id}/retuning": Row("manager", own=RETUNING),
    "POST /proposals/{proposal_id}/retune": Row("manager", body={"version": "1"}, own=RETUNING),
    "GET /api/v1/proposals": Row("technician"),
    "GET /api/v1/proposals/{proposal_id}": Row("technician"),
    "POST /api/v1/proposals/{proposal_id}/accept": Row("manager", body={}),
    "POST /api/v1/proposals/{proposal_id}/refuse": Row("manager", body={"reason": "Not now"}),
    "GET /api/v1/equipment/{equipment_id}/ladder": Row("technician"),
    "GET /api/v1/equipment/{equipment_id}/reliability": Row("technician"),
    "GET /api/v1/ladder-rules": Row("technician"),
    "PUT /api/v1/ladder-rules/{test}": Row("house_manager", body=RULE, headers=NONE_YET),
    "DELETE /api/v1/ladder-rules/{test}": Row("house_manager", headers=NONE_YET),
    "GET /api/v1/equipment-categories/{category_id}/ladder-rules": Row("technician"),
    "PUT /api/v1/equipment-categories/{category_id}/ladder-rules/{test}": Row(
        "house_manager", body=RULE, headers=NONE_YET
    ),
    "DELETE /api/v1/equipment-categories/{category_id}/ladder-rules/{test}": Row("house_manager", headers=NONE_YET),
    "GET /proposals": Row("technician"),
    "GET /proposals/{proposal_id}": Row("technician"),
    "POST /proposals/{proposal_id}/accept": Row("manager", body={"version": "1"}),
    "POST /proposals/{proposal_id}/refuse": Row("manager", body={"version": "1", "reason": "Not now"}),
    "GET /equipment/{equipment_id}/ladder": Row("technician"),
    "GET /proposals/rules": Row("house_manager"),
    "POST /proposals/rules/{test}": Row("house_manager", body=FORM),
    "GET /equipment/categories/{category_id}/ladder": Row("house_manager"),
    "POST /equipment/categories/{category_id}/ladder/{test}": Row("house_manager", body=FORM),
}
