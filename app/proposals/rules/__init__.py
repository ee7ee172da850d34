"""The ladder without a database: its rules, what they measure on a piece, when they speak; and reliability figures."""
