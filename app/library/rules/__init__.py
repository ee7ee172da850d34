"""Entries of the library, and their texts (content/*.toml)."""
