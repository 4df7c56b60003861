"""A failed condition is a normal result, not an exception to log."""

from pynamodb.exceptions import PynamoDBException

_FAILED = "ConditionalCheckFailedException"


def condition_failed(error: PynamoDBException) -> bool:
    """Whether a write was refused by its own condition; anything else is a real error."""
    return error.cause_response_code == _FAILED


def is_beyond_repair(error: BaseException | None) -> bool:
    """Whether the table will refuse the same write for ever, e.g. of an item over 400 KB."""
    return (
        isinstance(error, PynamoDBException) and error.cause_response_code == "ValidationException"
    )
