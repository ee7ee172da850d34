"""Signing in, one's own page, persons, accounts, teams, tokens."""

from tests.security.rows import Row

ACCOUNT = {"name": "Gus", "login": "gus", "role": "technician", "password": "une phrase assez longue"}
NEW_PASSWORD = {"password": "une autre phrase assez longue"}
PASSWORDS = {"current_password": "correct horse battery", **NEW_PASSWORD}

ROWS = {
    "GET /login": Row("public"),
    "POST /login": Row("public", body={"login": "x", "password": "y"}, allowed={422, 429}),
    "POST /logout": Row("signed_in"),
    "GET /setup": Row("public"),
    "POST /setup": Row("public", body={"organisation": "x"}),
    "GET /welcome": Row("manager"),
    "GET /welcome/demonstration": Row("admin"),
    "POST /welcome/demonstration": Row("admin", allowed={409}),
    "GET /api/v1/demonstration": Row("admin", allowed={404}),
    "POST /api/v1/demonstration": Row("admin", allowed={409}),
    "GET /me": Row("signed_in"),
    "POST /me": Row("signed_in", body={"language": "fr"}),
    "POST /me/password": Row("signed_in", body=PASSWORDS),
    "POST /me/tokens": Row("signed_in", body={"name": "x", "scopes[]": "read", "expires_in_days": "9"}),
    "POST /me/tokens/{token_id}/revoke": Row("signed_in"),
    "POST /me/sign-out-elsewhere": Row("signed_in"),
    "GET /api/v1/me": Row("signed_in"),
    "GET /api/v1/users": Row("admin"),
    "GET /api/v1/users/export.{kind}": Row("admin"),
    "POST /api/v1/users": Row("admin", body=ACCOUNT),
    "GET /api/v1/users/{user_id}": Row("admin"),
    "PATCH /api/v1/users/{user_id}": Row("admin", body={"name": "Gus"}),
    "POST /api/v1/users/{user_id}/set-password": Row("admin", body=NEW_PASSWORD),
    "POST /api/v1/users/{user_id}/deactivate": Row("admin"),
    "POST /api/v1/users/{user_id}/activate": Row("admin"),
    "GET /api/v1/persons": Row("technician"),
    "GET /api/v1/persons/export.{kind}": Row("technician"),
    "POST /api/v1/persons": Row("manager", body={"name": "Gus"}),
    "GET /api/v1/persons/{person_id}": Row("technician"),
    "PATCH /api/v1/persons/{person_id}": Row("manager", body={"phone": "1"}),
    "POST /api/v1/persons/{person_id}/archive": Row("manager"),
    "POST /api/v1/persons/{person_id}/restore": Row("manager"),
    "GET /api/v1/teams": Row("technician"),
    "GET /api/v1/teams/export.{kind}": Row("technician"),
    "POST /api/v1/teams": Row("manager", body={"name": "New"}),
    "GET /api/v1/teams/{team_id}": Row("technician"),
    "PATCH /api/v1/teams/{team_id}": Row("manager", body={"name": "New"}),
    "POST /api/v1/teams/{team_id}/archive": Row("manager"),
    "POST /api/v1/teams/{team_id}/restore": Row("manager"),
    "GET /api/v1/api-tokens": Row("signed_in"),
    "POST /api/v1/api-tokens": Row("signed_in", body={"name": "x", "scopes": ["read"]}),
    "GET /api/v1/api-tokens/{token_id}": Row("signed_in"),
    "POST /api/v1/api-tokens/{token_id}/revoke": Row("signed_in"),
}
