"""What stands among an order's words beside words."""


def site_mark(site_id: int) -> str:
    return f"_s{site_id}"  # no word of a person's holds `_`
