"""What the API answers where a route did not: every error is a problem in words."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop.domain.addresses import masked
from bellhop.domain.errors import BellhopError
from bellhop.web.api_call import ApiCall, asked_by
from bellhop.web.problems import Asked, answer_of, method_not_allowed, of_error, problem
from bellhop.web.validation import invalid_request, not_utf8

logger = Logger(child=True)
router = APIGatewayHttpRouter()


@router.exception_handler(BellhopError)
def refuse(error: BellhopError) -> Response[Any]:
    if error.__cause__:  # an AWS service failed us: the caller is not told, the operator is
        logger.warning("refused", code=error.code, cause=masked(str(error.__cause__)))
    return answer_of(of_error(error, _asked()))


@router.exception_handler(RequestValidationError)
def refuse_shape(error: RequestValidationError) -> Response[Any]:
    call = ApiCall(event=router.current_event, services=router.context["services"])
    try:
        call.authenticate()
    except BellhopError as unauthenticated:  # whoever has no key is told that first
        return refuse(unauthenticated)
    return answer_of(invalid_request(error.errors(), _asked()))


@router.exception_handler(UnicodeDecodeError)
def refuse_encoding(error: UnicodeDecodeError) -> Response[Any]:
    return refuse_shape(RequestValidationError([not_utf8(error)]))


@router.exception_handler(RequestUnsupportedContentType)
def refuse_content_type(_error: RequestUnsupportedContentType) -> Response[Any]:
    return problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_content_type",
        "Send JSON, with Content-Type: application/json.",
        _asked(),
    )


@router.exception_handler(NotFoundError)
def refuse_route(_error: NotFoundError) -> Response[Any]:
    event = router.current_event
    if allowed := _methods_of(event.path):
        return method_not_allowed(event.http_method, allowed, _asked())
    return problem(
        HTTPStatus.NOT_FOUND,
        "route_not_found",
        f"There is no {event.http_method} {event.path}. GET /openapi.json lists the routes.",
        _asked(),
    )


@router.exception_handler(Exception)
def fail(error: Exception) -> Response[Any]:
    logger.exception("unexpected error", error=type(error).__name__)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Bellhop failed. Repeat the request with the same Idempotency-Key; the request id finds it "
        "in the logs.",
        _asked(),
    )


def _asked() -> Asked:
    """The present request, as problems name it."""
    return asked_by(router.current_event)


def _methods_of(path: str) -> list[str]:
    """The methods of the routes that a path has."""
    app = router.api_resolver
    assert isinstance(app, ApiGatewayResolver)  # the one that this router is part of
    routes = [*app._static_routes, *app._dynamic_routes]
    return sorted({route.method for route in routes if route.rule.match(path)})
