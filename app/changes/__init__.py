"""What people change about plans, pieces, places and meters, with targets and orders in view."""
