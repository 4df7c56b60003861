"""Refuses a parameter in the query that its route does not know: a misspelt one would be lost, and
the answer be another than was asked for."""

from typing import Any

from aws_lambda_powertools.event_handler import ApiGatewayResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError


def refuse_unknown(app: ApiGatewayResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A middleware of every route.

    Raises:
        RequestValidationError: a fault for each parameter that the route does not declare.
    """
    route = app.context["_route"]  # where Powertools' own validation finds it
    known = [parameter.alias for parameter in route.dependant.query_params]
    unknown = [name for name in app.current_event.query_string_parameters if name not in known]
    if unknown and route.include_in_schema:  # the description itself has nothing to lose
        takes = f"the query takes {' and '.join(known)}" if known else "the query takes none here"
        message = f"is no parameter that Bellhop knows; {takes}"
        raise RequestValidationError(
            [
                {"type": "unknown_parameter", "loc": ("query", name), "msg": message}
                for name in unknown
            ]
        )
    return next_middleware(app)
