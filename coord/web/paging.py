"""Which page of a list is asked for."""

from flask import request

#: No list is longer; a number beyond it would not fit the database's integers.
LAST_PAGE = 100_000


def page_number() -> int:
    """The `page` of the query string, within 1 and LAST_PAGE; 1 where it is no number."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
