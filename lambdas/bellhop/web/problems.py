"""One map from errors to answers: RFC 9457 problems with a stable code and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from bellhop.domain import errors
from bellhop.web.answers import FieldError, Problem

CONTENT_TYPE = "application/problem+json"

STATUS_OF: dict[type[errors.BellhopError], HTTPStatus] = {
    errors.UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    errors.ScopeMissingError: HTTPStatus.FORBIDDEN,
    errors.SenderNotFoundError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SenderDegradedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SenderNotVerifiedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SenderRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.DomainTakenError: HTTPStatus.CONFLICT,
    errors.TooManyLinksError: HTTPStatus.CONFLICT,
    errors.UnknownSenderError: HTTPStatus.NOT_FOUND,
    errors.RecipientRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.IdempotencyKeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.SettingRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.NotAfterRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ReplacedEmailNotFoundError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.EmailNotCancellableError: HTTPStatus.CONFLICT,
    errors.SenderStillDegradedError: HTTPStatus.CONFLICT,
    errors.ContentTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.EmailNotFoundError: HTTPStatus.NOT_FOUND,
    errors.ContactNotFoundError: HTTPStatus.NOT_FOUND,
    errors.SuppressionNotLiftedError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.NotAcceptedError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_HEADERS_OF: dict[HTTPStatus, dict[str, str | list[str]]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="bellhop"'},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "5"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The request that a problem answers: its path, and API Gateway's id of it."""

    path: str
    request_id: str


def described(
    status: HTTPStatus,
    code: str,
    detail: str,
    asked: Asked,
    faults: Sequence[FieldError] = (),
) -> Problem:
    """What is wrong, as the body of an answer."""
    return Problem(
        type=f"urn:bellhop:problem:{code}",
        title=status.phrase,
        status=status.value,
        detail=detail,
        instance=asked.path,
        code=code,
        request_id=asked.request_id,
        errors=list(faults),
    )


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    asked: Asked,
    faults: Sequence[FieldError] = (),
) -> Response[Any]:
    """An answer that says what is wrong."""
    return answer_of(described(status, code, detail, asked, faults))


def answer_of(body: Problem) -> Response[Any]:
    """The answer that a problem is the body of."""
    return Response(
        status_code=body.status,
        content_type=CONTENT_TYPE,
        body=body.model_dump_json(),
        headers=dict(_HEADERS_OF.get(HTTPStatus(body.status), {})),
    )


def method_not_allowed(method: str, allowed: Sequence[str], asked: Asked) -> Response[Any]:
    """A 405, which names what is allowed (RFC 9110, section 15.5.6)."""
    listed = ", ".join(allowed)
    detail = f"{method} is not allowed here. Use {listed}; GET /openapi.json describes the routes."
    answer = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, asked)
    answer.headers["Allow"] = listed
    return answer


def of_error(error: errors.BellhopError, asked: Asked) -> Problem:
    """The problem that one of Bellhop's own errors is."""
    faults = [
        FieldError(pointer=pointer, code=error.code, detail=error.detail)
        for pointer in [error.param]
        if pointer
    ]
    return described(
        STATUS_OF.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR),
        error.code,
        error.detail,
        asked,
        faults,
    )
