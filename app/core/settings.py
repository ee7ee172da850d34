"""What an installation decides: flag > environment `RONDE_*` > `ronde.toml` > safe default."""

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="RONDE_", env_ignore_empty=True, toml_file="ronde.toml", extra="forbid"
    )

    data_dir: Path = Field(Path("data"), description="Where the database file, attachments and secrets live.")
    database_url: SecretStr | None = Field(
        None, description="postgresql://… ; empty means SQLite in the data directory."
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    public_url: str | None = Field(None, description="How users reach Ronde, when a proxy stands before it.")
    scheduler: bool = Field(True, description="Whether `ronde serve` hosts the scheduler.")
    tick_seconds: int = Field(60, ge=1, le=3600, description="Seconds between two ticks (S17).")
    session_days: int = Field(14, ge=1, le=365, description="Days that a sign-in lasts.")
    secure_cookies: bool = Field(False, description="Send cookies over https only; set it where https is in front.")
    max_upload_mib: int = Field(20, ge=1, le=1024, description="Largest file that may be uploaded, in MiB.")
    pool_size: int = Field(4, ge=1, le=64, description="Threads and connections for PostgreSQL, per process.")
    smtp_host: str | None = Field(None, min_length=1, description="Mail server; empty: no mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_security: Literal["starttls", "tls", "none"] = Field("starttls", description="How the line to it is secured.")
    smtp_user: str | None = Field(None, description="Name to sign in to it with; empty: without one.")
    smtp_password: SecretStr | None = Field(None, description="Password for it.")
    smtp_from: str | None = Field(
        None,
        pattern=r"^[^\x00-\x1f\x7f]+@[^\x00-\x1f\x7f\s]+$",
        description="Whom mail comes from: Ronde <it@example.org>.",
    )
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", description="Least level that is logged.")
    log_json: bool = Field(False, description="One JSON object a line instead of text.")

    @field_validator("database_url")
    @classmethod
    def known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("sqlite:///", "postgresql://")):
            raise ValueError("must start with postgresql:// or sqlite:///")
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def url(self) -> str:
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'ronde.db'}"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"


class WrongSettings(Exception):
    """A wrong value stops the start with one clear line."""


def load_settings(**flags: Any) -> Settings:
    """Settings with the given flags on top; flags that are None were not given."""
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise WrongSettings(f"setting {name}: {first['msg'].removeprefix('Value error, ')}") from None
