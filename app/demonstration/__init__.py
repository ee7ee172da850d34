"""A firm with a year of work behind it, to look at (`ronde demo`)."""
