"""What the description of the API says beside the routes and the shapes."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from bellhop.web.answers import Problem
from bellhop.web.problems import CONTENT_TYPE

_DESCRIPTION = """Carries a hotel CRM's email through Amazon SES and keeps the truth about each.

An email is accepted (202) before it is sent; ask for it, or for its contact, to learn what became
of it. Sentences come in the language of `Accept-Language` (en, es). Errors are RFC 9457 problems;
those of the gateway itself (413 for bodies over 10 MB, 429, 5xx) are AWS's, `{"message": …}`.
A field or parameter that Bellhop does not know is refused by name (422): ignored, a misspelt one
would be lost.
"""


# Problems that every route with a key can answer with.
EVERYWHERE = (
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.UNPROCESSABLE_ENTITY,
    HTTPStatus.INTERNAL_SERVER_ERROR,
)


def answers(success: HTTPStatus, model: type, *problems: HTTPStatus) -> dict[int, Any]:
    """The ``responses`` of a route: its success and the problems that it can answer with."""
    described: dict[int, Any] = {
        success.value: {
            "description": success.phrase,
            "content": {"application/json": {"model": model}},
        }
    }
    for status in (*EVERYWHERE, *problems):
        described[status.value] = {
            "description": status.phrase,
            "content": {CONTENT_TYPE: {"model": Problem}},
        }
    return described


def description(app: APIGatewayHttpResolver, version: str) -> str:
    """The OpenAPI 3.1 document, as JSON text."""
    return app.get_openapi_json_schema(
        title="Bellhop",
        version=version,
        description=_DESCRIPTION,
        security_schemes={"key": HTTPBearer()},
        security=[{"key": []}],
    )
