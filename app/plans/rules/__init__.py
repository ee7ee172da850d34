"""The pure date engine: no database, no clock, no Pydantic. Each rule of scheduling.md carries its number."""
