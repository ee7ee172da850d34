"""What stands among an order's words beside words."""


def site_mark(site_id: int) -> str:
    """No word of a person's holds `_`, and no run of digits that is asked for is in it."""
    return "_" + "_".join(f"s{site_id}")
