"""Skills, absences, on-call rotas."""

from tests.security.rows import Row

DAYS = {"first_on": "2026-12-28", "last_on": "2026-12-31"}
ROTA = {"time_zone": "Europe/Paris", "starts_on": "2026-11-02", "person_ids": ["{person_id}"]}
ROTA_FORM = {"time_zone": "Europe/Paris", "starts_on": "2026-11-02", "person_ids[]": "{person_id}"}
SWAP = {"person_id": "{person_id}", **DAYS}

ROWS = {
    "GET /api/v1/skills": Row("technician"),
    "POST /api/v1/skills": Row("manager", body={"name": "Heights"}),
    "GET /api/v1/skills/{skill_id}": Row("technician"),
    "PATCH /api/v1/skills/{skill_id}": Row("manager", body={"name": "Heights"}),
    "POST /api/v1/skills/{skill_id}/archive": Row("manager"),
    "POST /api/v1/skills/{skill_id}/restore": Row("manager"),
    "GET /api/v1/persons/{person_id}/skills": Row("technician"),
    "PUT /api/v1/persons/{person_id}/skills": Row("manager", body={"skills": [{"skill_id": "{skill_id}"}]}),
    "GET /api/v1/absences": Row("technician"),
    "POST /api/v1/absences": Row("manager", body=SWAP),
    "GET /api/v1/absences/export.{kind}": Row("technician"),
    "GET /people/absences/export.{kind}": Row("technician"),
    "GET /api/v1/absences/{absence_id}": Row("manager"),
    "PATCH /api/v1/absences/{absence_id}": Row("manager", body={"note": "x"}),
    "DELETE /api/v1/absences/{absence_id}": Row("manager"),
    "GET /api/v1/teams/{team_id}/on-call": Row("technician"),
    "PUT /api/v1/teams/{team_id}/on-call": Row("manager", body=ROTA),
    "DELETE /api/v1/teams/{team_id}/on-call": Row("manager"),
    "POST /api/v1/teams/{team_id}/on-call/swaps": Row("manager", body=SWAP),
    "DELETE /api/v1/teams/{team_id}/on-call/swaps/{swap_id}": Row("manager"),
    "GET /people/skills": Row("technician"),
    "POST /people/skills": Row("manager", body={"name": "Heights"}),
    "POST /people/skills/{skill_id}": Row("manager", body={"name": "Heights"}),
    "POST /people/skills/{skill_id}/archive": Row("manager"),
    "POST /people/skills/{skill_id}/restore": Row("manager"),
    "POST /people/{person_id}/skills": Row("manager", body={"skill-1": "3"}),
    "GET /people/absences": Row("technician"),
    "POST /people/absences": Row("technician", body=SWAP),
    "GET /people/absences/{absence_id}": Row("manager"),
    "POST /people/absences/{absence_id}": Row("manager", body=DAYS),
    "POST /people/absences/{absence_id}/withdraw": Row("manager"),
    "GET /people/teams/{team_id}/on-call": Row("technician"),
    "POST /people/teams/{team_id}/on-call": Row("manager", body=ROTA_FORM),
    "POST /people/teams/{team_id}/on-call/end": Row("manager"),
    "POST /people/teams/{team_id}/on-call/swaps": Row("manager", body=SWAP),
    "POST /people/teams/{team_id}/on-call/swaps/{swap_id}/undo": Row("manager"),
}
