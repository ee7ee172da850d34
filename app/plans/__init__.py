"""Plans, their versions, targets and ledger; the pure date engine lives in `rules/`."""
