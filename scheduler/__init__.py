"""Door 3, the clock: when jobs run. What they do is decided in the rooms."""
