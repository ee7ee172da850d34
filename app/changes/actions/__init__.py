"""Each settles what it concerns first, under what held until now (S36b)."""
