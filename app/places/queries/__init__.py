"""Reads of places, and of who belongs where."""

from app.places.queries.actors import actor_of, find_organisation, site_ids_of

__all__ = ["actor_of", "find_organisation", "site_ids_of"]
