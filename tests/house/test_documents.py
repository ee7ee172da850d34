import re

import pytest

from tests.house.tree import ROOT, files, relative

LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#|mailto:)([^)#\s]+)")
COMMAND = re.compile(r"(?:^|[`/ ])ronde ([a-z]+)\b", re.MULTILINE)
PAGES = [path for path in files("*.md") if path.suffix == ".md"]


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_its_links_lead_somewhere(path):
    links = LINK.findall(path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_the_commands_that_it_names_exist(path):
    code = "\n".join(re.findall(r"```.*?```|`[^`]+`", path.read_text(encoding="utf-8"), re.DOTALL))
    known = {module.stem for module in (ROOT / "app/cli").glob("*.py")} | {"import", "export"}
    assert set(COMMAND.findall(code)) - known == set()
