from alembic import command
from alembic.config import Config

from tests.house.tree import ROOT


def test_the_migrations_make_what_the_models_say(database):
    config = Config(ROOT / "alembic.ini")
    with database.migrating() as connection:
        config.attributes["connection"] = connection
        command.check(config)
