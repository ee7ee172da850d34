"""Work orders: read and worked on by technicians, ended otherwise by managers."""

from tests.security.rows import Row

IN_PROGRESS = {"order_id": "progress_order_id"}
ON_HOLD = {"order_id": "hold_order_id"}
DONE = {"order_id": "done_order_id"}
PLANNED = {"order_id": "planned_order_id"}
PHOTO = {"file": ("note.txt", b"Seen on site")}
NEW = {"equipment_id": "{equipment_id}", "title": "Replace the fan", "due_on": "2026-11-30"}
LOGGED = {"equipment_id": "{equipment_id}", "title": "Toner replaced"}
WHY = {"reason": "Made twice"}

API = "/api/v1/work-orders"
PAGE = "/work-orders"

ROWS = {
    f"GET {API}": Row("technician"),
    f"GET {API}/export.{{kind}}": Row("technician"),
    f"POST {API}": Row("technician", body=NEW),
    f"POST {API}/log": Row("technician", body=LOGGED),
    f"GET {API}/{{order_id}}": Row("technician"),
    f"PATCH {API}/{{order_id}}": Row("technician", body={"priority": "high"}),
    f"POST {API}/{{order_id}}/release": Row("technician", own=PLANNED),
    f"POST {API}/{{order_id}}/start": Row("technician"),
    f"POST {API}/{{order_id}}/hold": Row("technician", body={"reason": "parts"}, own=IN_PROGRESS),
    f"POST {API}/{{order_id}}/resume": Row("technician", own=ON_HOLD),
    f"POST {API}/{{order_id}}/complete": Row("technician", body={}),
    f"POST {API}/{{order_id}}/close": Row("manager", own=DONE),
    f"POST {API}/{{order_id}}/reopen": Row("technician", body=WHY, own=DONE),
    f"POST {API}/{{order_id}}/cancel": Row("manager", body=WHY),
    f"POST {API}/{{order_id}}/skip": Row("manager", body=WHY),
    # No plan waits for work on these orders: who may count it is told that there is nothing to count it for.
    f"POST {API}/{{order_id}}/count": Row("technician", own=DONE, allowed={409}),
    f"GET {API}/{{order_id}}/history": Row("technician"),
    f"GET {API}/{{order_id}}/comments": Row("technician"),
    f"POST {API}/{{order_id}}/comments": Row("technician", body={"text": "Looks worn"}),
    f"GET {API}/{{order_id}}/files": Row("technician"),
    f"POST {API}/{{order_id}}/files": Row("technician", files=PHOTO),
    # Its bytes are not there in this world: an own file is known and lost, a foreign one is not known.
    f"GET {API}/{{order_id}}/files/{{file_id}}": Row("technician", allowed={404}),
    "GET /api/v1/meta/work-order-transitions": Row("signed_in"),
    "GET /": Row("signed_in"),
    f"GET {PAGE}": Row("technician"),
    f"GET {PAGE}/export.{{kind}}": Row("technician"),
    f"GET {PAGE}/new": Row("technician"),
    f"POST {PAGE}/new": Row("technician", body=NEW),
    f"GET {PAGE}/log": Row("technician"),
    f"POST {PAGE}/log": Row("technician", body=LOGGED),
    f"GET {API}/{{order_id}}/report": Row("technician", own=DONE),
    f"GET {API}/{{order_id}}/report.pdf": Row("technician", own=DONE, allowed={503}),
    f"POST {API}/{{order_id}}/report/send": Row("technician", body={}, own=DONE),
    f"GET {PAGE}/{{order_id}}/report": Row("technician", own=DONE),
    f"GET {PAGE}/{{order_id}}/report.pdf": Row("technician", own=DONE, allowed={503}),
    f"POST {PAGE}/{{order_id}}/report/send": Row("technician", body={"language": "en"}, own=DONE),
    f"GET {PAGE}/failure-codes": Row("technician", query="equipment_id={equipment_id}"),
    f"GET {PAGE}/{{order_id}}": Row("technician"),
    f"POST {PAGE}/{{order_id}}/complete": Row("technician", body={"finding": "none"}),
    f"POST {PAGE}/{{order_id}}/start": Row("technician", body={"version": "1"}),
    f"POST {PAGE}/{{order_id}}/release": Row("technician", body={"version": "1"}, own=PLANNED),
    f"POST {PAGE}/{{order_id}}/hold": Row("technician", body={"reason": "parts"}, own=IN_PROGRESS),
    f"POST {PAGE}/{{order_id}}/resume": Row("technician", body={"version": "1"}, own=ON_HOLD),
    f"POST {PAGE}/{{order_id}}/count": Row("technician", body={"version": "1"}, own=DONE, allowed={409}),
    f"POST {PAGE}/{{order_id}}/close": Row("manager", body={"version": "1"}, own=DONE),
    f"POST {PAGE}/{{order_id}}/reopen": Row("technician", body=WHY, own=DONE),
    f"POST {PAGE}/{{order_id}}/cancel": Row("manager", body=WHY),
    f"POST {PAGE}/{{order_id}}/skip": Row("manager", body=WHY),
    f"POST {PAGE}/{{order_id}}/edit": Row("technician", body={"priority": "high"}),
    f"POST {PAGE}/{{order_id}}/comments": Row("technician", body={"text": "Looks worn"}),
    f"POST {PAGE}/{{order_id}}/files": Row("technician", files=PHOTO),
    f"GET {PAGE}/{{order_id}}/files/{{file_id}}": Row("technician", allowed={404}),
}
