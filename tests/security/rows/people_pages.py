"""Pages of people, teams and accounts."""

from tests.security.rows import Row
from tests.security.rows.people import ACCOUNT, NEW_PASSWORD

ROWS = {
    "GET /people": Row("technician"),
    "GET /people/export.{kind}": Row("technician"),
    "GET /people/new": Row("manager"),
    "POST /people": Row("manager", body={"name": "Gus"}),
    "GET /people/{person_id}": Row("manager"),
    "POST /people/{person_id}": Row("manager", body={"name": "Gus"}),
    "POST /people/{person_id}/archive": Row("manager"),
    "POST /people/{person_id}/restore": Row("manager"),
    "GET /people/teams": Row("technician"),
    "GET /people/teams/export.{kind}": Row("technician"),
    "GET /people/teams/new": Row("manager"),
    "POST /people/teams": Row("manager", body={"name": "New"}),
    "GET /people/teams/{team_id}": Row("manager"),
    "POST /people/teams/{team_id}": Row("manager", body={"name": "New"}),
    "POST /people/teams/{team_id}/archive": Row("manager"),
    "POST /people/teams/{team_id}/restore": Row("manager"),
    "GET /people/accounts": Row("admin"),
    "GET /people/accounts/export.{kind}": Row("admin"),
    "GET /people/accounts/new": Row("admin"),
    "POST /people/accounts": Row("admin", body=ACCOUNT),
    "GET /people/accounts/{user_id}": Row("admin"),
    "POST /people/accounts/{user_id}": Row("admin", body={"name": "T", "login": "target", "role": "manager"}),
    "POST /people/accounts/{user_id}/password": Row("admin", body=NEW_PASSWORD),
    "POST /people/accounts/{user_id}/deactivate": Row("admin"),
    "POST /people/accounts/{user_id}/activate": Row("admin"),
}
