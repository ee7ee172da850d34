"""What becomes of a cycle: pure, each rule of scheduling.md with its number."""
