"""What a meter decides without a database: which values it can show, how far it has run, and when it will get there."""
