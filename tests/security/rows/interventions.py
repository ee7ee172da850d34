"""The work on an order: technicians of its site."""

from tests.security.rows import Row

API = "/api/v1/work-orders/{order_id}"
PAGE = "/work-orders/{order_id}"
UNGUIDED = {"order_id": "unguided_order_id"}
TO_PERSON = {"assignee_id": "{person_id}", "note": "The fan is loud"}

ROWS = {
    f"GET {API}/steps": Row("technician"),
    f"PUT {API}/procedure": Row("technician", body={"procedure_id": "{procedure_id}"}, own=UNGUIDED),
    f"PUT {API}/steps/{{step_id}}": Row("technician", body={"value": "done"}),
    f"GET {API}/time-entries": Row("technician"),
    f"POST {API}/time-entries": Row("technician", body={"minutes": 10}),
    f"PUT {API}/time-entries/{{entry_id}}": Row("technician", body={"minutes": 10}),
    f"POST {API}/start-timer": Row("technician"),
    f"POST {API}/stop-timer": Row("technician"),
    f"GET {API}/parts": Row("technician"),
    f"POST {API}/parts": Row("technician", body={"part_id": "{part_id}"}),
    f"POST {API}/parts/{{usage_id}}/return": Row("technician", body={"quantity": 1}),
    f"GET {API}/cost-lines": Row("technician"),
    f"POST {API}/cost-lines": Row("technician", body={"label": "Travel", "amount_minor": 9000}),
    f"DELETE {API}/cost-lines/{{line_id}}": Row("technician"),
    f"GET {API}/costs": Row("technician"),
    f"GET {API}/helpers": Row("technician"),
    f"POST {API}/helpers": Row("technician", body={"person_id": "{person_id}"}),
    f"DELETE {API}/helpers/{{person_id}}": Row("technician"),
    f"POST {API}/hand-over": Row("technician", body=TO_PERSON),
    f"POST {PAGE}/steps/{{step_id}}": Row("technician", body={"value": "done"}),
    f"GET {PAGE}/procedure": Row("technician"),
    f"POST {PAGE}/procedure": Row("technician", body={"procedure_id": "{procedure_id}", "version": "1"}, own=UNGUIDED),
    f"GET {PAGE}/work": Row("technician"),
    f"POST {PAGE}/start-timer": Row("technician"),
    f"POST {PAGE}/stop-timer": Row("technician"),
    f"POST {PAGE}/times": Row("technician", body={"minutes": "10"}),
    f"POST {PAGE}/times/{{entry_id}}": Row("technician", body={"minutes": "10", "version": "1"}),
    f"POST {PAGE}/parts": Row("technician", body={"part_id": "{part_id}", "quantity": "1"}),
    f"POST {PAGE}/parts/{{usage_id}}/return": Row("technician", body={"quantity": "1"}),
    f"GET {PAGE}/parts/choices": Row("technician", query="reference=part"),
    f"POST {PAGE}/cost-lines": Row("technician", body={"label": "Travel", "amount_minor": "90"}),
    f"POST {PAGE}/cost-lines/{{line_id}}/remove": Row("technician"),
    f"POST {PAGE}/helpers": Row("technician", body={"person_id": "{person_id}"}),
    f"POST {PAGE}/helpers/{{person_id}}/remove": Row("technician"),
    f"POST {PAGE}/hand-over": Row("technician", body=TO_PERSON | {"version": "1"}),
    "GET /api/v1/hourly-rates": Row("house_manager"),
    "PUT /api/v1/hourly-rates/sites/{site_id}": Row("house_manager", body={"hourly_rate_minor": 4200}),
    "PUT /api/v1/hourly-rates/persons/{person_id}": Row("house_manager", body={"hourly_rate_minor": 4200}),
    "GET /hourly-rates": Row("house_manager"),
    "POST /hourly-rates": Row("house_manager", body={"site-1": "42"}),
}
