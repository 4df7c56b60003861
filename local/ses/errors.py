"""The errors that SES answers, by the names a caller sees."""

from collections.abc import Mapping
from http import HTTPStatus

STATUS_OUTSIDE_THE_MODEL: Mapping[str, HTTPStatus] = {
    "AccessDeniedException": HTTPStatus.FORBIDDEN,
    "MissingAuthenticationTokenException": HTTPStatus.FORBIDDEN,
    "SerializationException": HTTPStatus.BAD_REQUEST,
    "UnknownOperationException": HTTPStatus.NOT_FOUND,
}
"""Errors of the front door, which AWS answers for every service and no model lists."""


class ApiError(Exception):
    """An answer that is an error; `name` goes into `x-amzn-ErrorType`, `message` into the body."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


def bad_request(message: str) -> ApiError:
    """The request is understood and not acceptable."""
    return ApiError("BadRequestException", message)


def not_found(message: str) -> ApiError:
    """The named resource does not exist in this account and region."""
    return ApiError("NotFoundException", message)


def already_exists(message: str) -> ApiError:
    """A resource of that name is there already."""
    return ApiError("AlreadyExistsException", message)


def message_rejected(message: str) -> ApiError:
    """SES will not carry this message."""
    return ApiError("MessageRejected", message)
