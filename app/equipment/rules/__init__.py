"""What a registry decides without a database: how things are found, tagged, read from a file and recognised."""
