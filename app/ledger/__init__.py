"""The ledger: each cycle's one fate. Its rules decide; plans/rules says on which days cycles fall."""
