"""`python -m app.api > docs/openapi.json`: the document that a test compares with the committed one."""

import json
import sys
from pathlib import Path

from app.api import create_app
from app.core.db import Database
from app.core.settings import Settings
from app.http import House

if __name__ == "__main__":
    house = House(Settings(data_dir=Path("nowhere")), Database("sqlite://"))
    json.dump(create_app(house).openapi(), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
