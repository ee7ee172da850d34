"""The database, SQLite or PostgreSQL: engine, transactions, column types. The only module that commits."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any, ClassVar, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    create_engine,
    event,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

from app.core.errors import Conflict, InvalidInput, Unavailable
from app.core.i18n import N_
from app.core.i18n.folding import fold, fold_all

try:  # A SQLite that is safe in WAL mode (traps of 3.51.2 and before); no wheel exists for Linux on arm64.
    from pysqlite3 import dbapi2 as _sqlite
except ImportError:  # pragma: no cover - depends on the platform
    _sqlite = sqlite3

sqlite_driver: ModuleType = _sqlite

Key = BigInteger().with_variant(Integer, "sqlite")
Json = JSON().with_variant(JSONB, "postgresql")
# Folded text is compared sign by sign on both databases, whatever language PostgreSQL was installed in.
Folded = String().with_variant(String(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant; SQLite keeps it as text without a zone, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime never reaches the database")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Constraint names are fixed, so that a migration can drop what another one made, on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Instant()}  # noqa: RUF012 - SQLAlchemy's own declaration


class Named:
    """What lists sort by and what rows are found by, accents and case aside; both follow the columns that they fold."""

    NAME: ClassVar[str] = "name"
    FOUND_BY: ClassVar[tuple[str, ...]] = ("name",)

    @declared_attr
    @classmethod
    def sort_name(cls) -> Mapped[str]:
        name = cls.NAME
        return mapped_column(Folded, default=lambda row: fold(row.get_current_parameters()[name]))

    @declared_attr
    @classmethod
    def search_text(cls) -> Mapped[str]:
        names = cls.FOUND_BY
        return mapped_column(Folded, default=lambda row: fold_all(*map(row.get_current_parameters().get, names)))


@event.listens_for(Named, "before_update", propagate=True)
def is_found_as_named(_mapper: object, _connection: object, row: Named) -> None:
    row.sort_name = fold(getattr(row, row.NAME))
    row.search_text = fold_all(*(getattr(row, name) for name in row.FOUND_BY))


def table_of(model: type[Base]) -> Table:
    """For writing many rows at once: past the ORM, which costs three times as much."""
    return cast("Table", model.__table__)


def has_safe_wal(version: tuple[int, ...]) -> bool:
    """Whether several connections to a WAL database are safe (sqlite.org, "WAL-reset bug", fixed in 3.51.3)."""
    return version >= (3, 51, 3) or (3, 44, 6) <= version < (3, 45) or (3, 50, 7) <= version < (3, 51)


class Database:
    """One engine, and the two ways to use it: `reading()` and `writing()`."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._sqlite_engine() if self.is_sqlite else self._postgresql_engine(pool_size)
        # A write transaction on SQLite takes the lock at once: a deferred one dies under threads, whatever the timeout.
        self._writer = self.engine.execution_options(ronde_begin="BEGIN IMMEDIATE")

    def _sqlite_engine(self) -> Engine:
        engine = create_engine(self.url, module=sqlite_driver, connect_args={"timeout": 30, "check_same_thread": False})
        journal = "WAL" if has_safe_wal(sqlite_driver.sqlite_version_info) else "DELETE"

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = None  # Ronde says BEGIN itself
            cursor = connection.cursor()
            for pragma in (
                f"journal_mode={journal}",
                "foreign_keys=ON",
                "synchronous=FULL",
                "cache_size=-2000",  # KiB a connection: the system keeps the file in memory anyway
                "temp_store=MEMORY",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            if (statement := connection.get_execution_options().get("ronde_begin")) is None:
                connection.connection.dbapi_connection.execute("BEGIN")  # waits for nobody, so it cannot fail
            else:
                connection.exec_driver_sql(statement)

        return engine

    def _postgresql_engine(self, pool_size: int) -> Engine:
        return create_engine(self.url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, pool_timeout=10)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing: whatever is left in it at the end is rolled back."""
        with unavailable_is_said(), Session(self.engine, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """For one statement that reads, without the cost of a session."""
        with unavailable_is_said(), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end of the block, rolled back if it raises."""
        with unavailable_is_said(), Session(self._writer, expire_on_commit=False) as session:
            yield session
            session.commit()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """A connection for schema changes, committed at the end of the block.

        SQLite recreates tables: with foreign keys on, dropping the old one would delete its children, and the pragma
        only holds when set before BEGIN; a trigger of another table that names it would stop the new one from taking
        its name. PostgreSQL takes an advisory lock, so that of two upgrades one waits.
        """
        with self._writer.connect() as connection:
            if self.is_sqlite:
                for pragma in ("foreign_keys=OFF", "legacy_alter_table=ON"):
                    connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]
            try:
                with connection.begin():
                    if not self.is_sqlite:
                        connection.execute(text("SELECT pg_advisory_xact_lock(7272)"))
                    yield connection
            finally:
                if self.is_sqlite:
                    for pragma in ("foreign_keys=ON", "legacy_alter_table=OFF"):
                        connection.connection.driver_connection.execute(f"PRAGMA {pragma}")  # type: ignore[union-attr]

    def check(self) -> None:
        """Raises if the database does not answer."""
        with self.reading() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def beyond(after: Sequence[Any] | None, *columns: Any, descending: bool = False) -> ColumnElement[bool]:
    """The rows behind the one that a cursor names, in the order of `columns`; all rows where there is no cursor.

    A cursor is whatever the caller sends: raises InvalidInput where its values are not of the columns' types.
    """
    if after is None:
        return true()
    try:
        values = tuple(cursor_value(value, c.type.python_type) for value, c in zip(after, columns, strict=True))
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput.at(
            "cursor", "bad_cursor", N_("This page link is not valid. Start again from the first page.")
        ) from None
    row = tuple_(*columns)
    # plain values, so that each is bound as its column's type
    return row < values if descending else row > values


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort a list: its columns, the last of them unique, and a shown row's values of them for a cursor."""

    columns: tuple[Any, ...]
    place: Callable[[Any], tuple[Any, ...]]


def one_page(
    statement: Select[Any], orders: Mapping[str, Order], sort: str, *, after: Sequence[Any] | None, limit: int
) -> Select[Any]:
    """The page behind `after`, one row more than `limit` where there is more; "-name" is the order "name" backwards."""
    columns, descending = orders[sort.removeprefix("-")].columns, sort.startswith("-")
    page = statement.where(beyond(after, *columns, descending=descending)).limit(limit + 1)
    return page.order_by(*(column.desc() if descending else column for column in columns))


def cursor_value(value: Any, kind: type) -> Any:
    if kind in (date, datetime):
        moment: date = kind.fromisoformat(value)
        if not isinstance(moment, datetime):
            return moment
        if moment.tzinfo is None:
            raise TypeError(kind)
        return moment.astimezone(UTC)
    if type(value) is not kind:
        raise TypeError(kind)
    return value


def refresh_statistics(session: Session) -> None:
    """What SQLite chooses its indexes by: it gathers no figures unasked, as PostgreSQL does."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA optimize=0x10002"))  # every table that grew, within limits of its own


@contextmanager
def unavailable_is_said() -> Iterator[None]:
    """A database that is locked, full or gone is a 503 with Retry-After, and a lost race a 409; never a stack trace."""
    try:
        yield
    except (DataError, OverflowError) as error:  # NUL in a text, a number of more than 64 bits
        raise InvalidInput("cannot_be_stored", N_("The input holds a value that no database can store.")) from error
    except IntegrityError as error:
        raise Conflict(
            "conflict",
            N_("Someone else made the same change at the same moment. Look at the current state and try again."),
        ) from error
    except OperationalError as error:
        raise Unavailable(
            "database_unavailable",
            N_("The database does not answer. Nothing was changed; try again in a moment."),
            retry_after=5,
        ) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise Unavailable(
            "database_unavailable",
            N_("The database does not answer. Nothing was changed; try again in a moment."),
            retry_after=5,
        ) from error
