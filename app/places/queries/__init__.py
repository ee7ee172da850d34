"""Reads of places, and of who belongs where."""

from app.places.queries.actors import (
    actor_of,
    find_actor_of_sign_in,
    find_actor_of_token,
    find_organisation,
)

__all__ = ["actor_of", "find_actor_of_sign_in", "find_actor_of_token", "find_organisation"]
