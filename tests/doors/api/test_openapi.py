"""The document that describes REST, the page made from it, and the copy in docs/."""

import json
import re

import pytest
from starlette.testclient import TestClient

from app.api import create_app
from app.core.db import Database
from app.core.settings import Settings
from app.http import House
from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("openapi"))
    return create_app(House(settings, Database("sqlite://"))).openapi()


def test_the_committed_document_is_what_the_service_says(document):
    kept = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    assert kept == json.loads(json.dumps(document)), "run: python -m app.api > docs/openapi.json"


def test_every_reference_leads_somewhere(document):
    references = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert references - document["components"]["schemas"].keys() == set()


def test_operation_ids_are_names_and_each_is_one(document):
    ids = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert [each for each in ids if not re.fullmatch(r"[a-z]+(_[a-z]+)+", each)] == []


def test_every_operation_says_how_it_fails_as_a_problem(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for status, answer in operation["responses"].items():
                if status >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], (method, path, status)


def test_the_page_explains_every_operation_without_a_script_from_elsewhere(app, document):
    page = TestClient(app).get("/api/docs").text
    for path in document["paths"]:
        assert path in page
    assert re.findall(r'(?:src|href)="(?:https?:)?//', page) == []
