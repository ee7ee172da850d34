"""Requests: asked by anybody, decided by who works. A link (`secret`) opens one request to whoever holds it."""

from tests.security.rows import Row

REJECTED = {"request_id": "rejected_request_id"}
DONE = {"request_id": "done_request_id"}
# A PNG of one pixel.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55"
    "0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)
PHOTO = {"file": ("photo.png", PIXEL)}
ASKED = {"equipment_id": "{equipment_id}", "text": "It eats the paper"}
API = "/api/v1/requests"

ROWS = {
    f"GET {API}": Row("signed_in"),
    f"GET {API}/export.{{kind}}": Row("signed_in"),
    f"POST {API}": Row("signed_in", body=ASKED),
    f"GET {API}/{{request_id}}": Row("signed_in"),
    f"PATCH {API}/{{request_id}}": Row("technician", body={"urgency": "blocks"}),
    f"POST {API}/{{request_id}}/accept": Row("technician", body={}),
    f"POST {API}/{{request_id}}/log": Row("technician", body={"equipment_id": "{equipment_id}", "title": "Tray"}),
    f"POST {API}/{{request_id}}/reject": Row("technician", body={"reason": "Leased"}),
    f"POST {API}/{{request_id}}/mark-duplicate": Row("technician", body={"order_id": "{order_id}"}),
    f"POST {API}/{{request_id}}/reopen": Row("technician", own=REJECTED, headers={"if-match": '"2"'}),
    f"GET {API}/{{request_id}}/progress": Row("signed_in"),
    f"GET {API}/{{request_id}}/messages": Row("signed_in"),
    f"POST {API}/{{request_id}}/messages": Row("signed_in", body={"text": "It beeps, too"}),
    f"GET {API}/{{request_id}}/files": Row("signed_in"),
    f"POST {API}/{{request_id}}/files": Row("signed_in", files=PHOTO),
    # The file of this world hangs on an order: the request has none.
    f"GET {API}/{{request_id}}/files/{{file_id}}": Row("signed_in", allowed={404}),
    f"POST {API}/{{request_id}}/feedback": Row("signed_in", body={"feedback": "solved"}, own=DONE),
    "GET /requests": Row("technician"),
    "GET /requests/export.{kind}": Row("technician"),
    "GET /requests/count": Row("technician"),
    "GET /requests/new": Row("technician"),
    "POST /requests/new": Row("technician", body=ASKED),
    "GET /requests/{request_id}": Row("technician"),
    "POST /requests/{request_id}/accept": Row("technician", body={"version": "1"}),
    "POST /requests/{request_id}/reject": Row("technician", body={"reason": "Leased", "version": "1"}),
    "POST /requests/{request_id}/duplicate": Row("technician", body={"order_id": "{order_id}", "version": "1"}),
    "POST /requests/{request_id}/reopen": Row("technician", body={"version": "2"}, own=REJECTED),
    "POST /requests/{request_id}/edit": Row("technician", body={"urgency": "blocks", "version": "1"}),
    "POST /requests/{request_id}/messages": Row("technician", body={"text": "Which tray?"}),
    "POST /requests/{request_id}/feedback": Row("technician", body={"feedback": "solved"}, own=DONE),
    "GET /requests/{request_id}/log": Row("technician"),
    "POST /requests/{request_id}/log": Row("technician", body={"equipment_id": "{equipment_id}", "title": "Tray"}),
    "GET /requests/{request_id}/files/{file_id}": Row("technician", allowed={404}),
    "GET /portal": Row("signed_in"),
    "GET /portal/new": Row("signed_in"),
    "POST /portal/new": Row("signed_in", body=ASKED),
    "GET /portal/{request_id}": Row("signed_in"),
    "POST /portal/{request_id}/messages": Row("signed_in", body={"text": "It beeps, too"}),
    "POST /portal/{request_id}/feedback": Row("signed_in", body={"feedback": "solved"}, own=DONE),
    "GET /portal/{request_id}/files/{file_id}": Row("signed_in", allowed={404}),
    # A label: whoever is signed in sees what they may see; a stranger the form, where the site allows it. Both are
    # counted: 10 forms of one label and 100 labels that lead nowhere in five minutes from one address (limits.py).
    "GET /e/{qr_token}": Row("public"),
    "GET /q/{qr_token}": Row("public"),
    "POST /q/{qr_token}": Row("public", body={"text": "It eats the paper"}),
    # A link, which only the person has: 10 messages or answers in five minutes.
    "GET /r/{secret}": Row("public"),
    "POST /r/{secret}/messages": Row("public", body={"text": "It beeps, too"}),
    "POST /r/{secret}/feedback": Row("public", body={"feedback": "solved"}, own={"secret": "done_secret"}),
    "GET /r/{secret}/files/{file_id}": Row("public", allowed={404}),
}
