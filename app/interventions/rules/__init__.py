"""What can be answered, what is missing, what work costs: without a database."""
