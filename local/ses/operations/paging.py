"""Pages of a list, as SES's List… operations give them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from local.ses.errors import bad_request

Item = TypeVar("Item")

DEFAULT_PAGE_SIZE = 100
LARGEST_PAGE_SIZE = 1_000


def page(items: Sequence[Item], parameters: Mapping[str, Any]) -> tuple[list[Item], str | None]:
    """The items of the page that `NextToken` and `PageSize` ask for, and the next token.

    Raises ApiError `BadRequestException` for a token or a size that cannot be.
    """
    token, size = parameters.get("NextToken", "0"), parameters.get("PageSize", DEFAULT_PAGE_SIZE)
    if not token.isdecimal() or int(token) > len(items):
        raise bad_request("The specified request includes an invalid or expired token.")
    if not 0 < size <= LARGEST_PAGE_SIZE:
        raise bad_request(f"PageSize is {size}; it must be 1 to {LARGEST_PAGE_SIZE}.")
    start, end = int(token), int(token) + size
    return list(items[start:end]), str(end) if end < len(items) else None
