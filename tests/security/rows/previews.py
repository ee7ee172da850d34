"""What a change would do: asked by those who may make it."""

from tests.security.rows import Row

API = "POST /api/v1"
RUN = {"kind": "closure", "first_on": "2027-08-02", "last_on": "2027-08-13", "name": "Summer"}
PAUSED = {"plan_id": "paused_plan_id"}
RESTING = PAUSED | {"target_id": "paused_target_id"}

ROWS = {
    f"{API}/maintenance-plans/{{plan_id}}/preview": Row("manager", body={"interval": 2}),
    f"{API}/maintenance-plans/{{plan_id}}/pause/preview": Row("manager", body={"reason": "Works"}),
    f"{API}/maintenance-plans/{{plan_id}}/resume/preview": Row("manager", own=PAUSED),
    f"{API}/plan-targets/{{target_id}}/resume/preview": Row("manager", own=RESTING),
    f"{API}/maintenance-plans/{{plan_id}}/archive/preview": Row("manager"),
    f"{API}/calendars/{{calendar_id}}/preview": Row("house_manager", body={"country": "BE"}),
    f"{API}/calendars/{{calendar_id}}/days/preview": Row("house_manager", body=RUN),
    f"{API}/calendars/{{calendar_id}}/days/{{days_id}}/preview": Row("house_manager"),
    f"{API}/sites/{{site_id}}/preview": Row("manager", body={"time_zone": "Europe/Brussels"}),
    f"{API}/locations/{{location_id}}/preview": Row("manager", body={"calendar_id": None}),
    "POST /plans/{plan_id}/changes": Row("manager", body={"title": "New", "freq": "month", "interval": "2"}),
    "POST /plans/{plan_id}/pause/preview": Row("manager", body={"reason": "Works"}),
    "POST /plans/{plan_id}/resume/preview": Row("manager", own=PAUSED),
    "POST /plans/{plan_id}/items/{target_id}/resume/preview": Row("manager", own=RESTING),
    "POST /plans/{plan_id}/archive/preview": Row("manager"),
    "POST /sites/calendars/{calendar_id}/preview": Row("house_manager", body={"code": "X", "name": "X"}),
    "POST /sites/calendars/{calendar_id}/days/preview": Row("house_manager", body=RUN),
    "GET /sites/calendars/{calendar_id}/days/{days_id}/remove": Row("house_manager"),
    "POST /sites/{site_id}/preview": Row("manager", body={"code": "LYO", "name": "Lyon"}),
    "POST /locations/{location_id}/preview": Row("manager", body={"name": "Room"}),
}
