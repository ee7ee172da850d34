"""Plans, their versions and what they cover; the pure date engine lives in `rules/`."""
