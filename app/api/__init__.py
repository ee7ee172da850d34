"""Door 2: REST under /api/v1."""

from app.api.app import create_app

__all__ = ["create_app"]
