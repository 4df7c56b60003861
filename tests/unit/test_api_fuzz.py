"""The API fuzzed from its own description: no 500, and every answer as described."""

import base64
from types import SimpleNamespace
from urllib.parse import parse_qsl

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from werkzeug import Request, Response

from bellhop.domain.facts import FactKind
from tests.builders import a_fact, a_record

CONTEXT = SimpleNamespace(function_name="api", aws_request_id="1", memory_limit_in_mb=512)


def gateway(handler):
    """API Gateway's HTTP API as a WSGI application: payload format 2.0 in and out."""

    @Request.application
    def application(request):
        body = request.get_data()
        try:
            text, is_base64 = body.decode(), False
        except UnicodeDecodeError:
            text, is_base64 = base64.b64encode(body).decode(), True
        query = request.query_string.decode(errors="replace")
        parameters: dict[str, str] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
        event = {
            "version": "2.0",
            "rawPath": request.path,
            "rawQueryString": query,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "requestContext": {
                "http": {"method": request.method, "path": request.path},
                "stage": "$default",
                "requestId": "fuzz",
            },
            "isBase64Encoded": is_base64,
        }
        if body:
            event["body"] = text
        if parameters:
            event["queryStringParameters"] = parameters
        answer = handler.handler(event, CONTEXT)
        return Response(
            answer["body"], status=answer["statusCode"], headers=list(answer["headers"].items())
        )

    return application


@pytest.fixture
def api_schema(handler):
    record = a_record(a_fact(FactKind.DELIVERY))
    handler.records.kept[record.id] = record
    return schemathesis.openapi.from_wsgi("/openapi.json", gateway(handler))


schemathesis.checks.load_all_checks()
# That a body has the right shape makes it no acceptable email: its sender may be unknown.
BY_SHAPE_ALONE = schemathesis.checks.CHECKS.get_one("positive_data_acceptance")
# A batch with a bad item is a good batch: the item's own result says what is wrong with it.
ITEM_BY_ITEM = schemathesis.checks.CHECKS.get_one("negative_data_rejection")
OPERATIONS = (
    ("GET", "/v1/account"),
    ("POST", "/v1/senders/{domain}/resume"),
    ("POST", "/v1/emails"),
    ("POST", "/v1/emails/batch"),
    ("POST", "/v1/emails/{email_id}/cancel"),
    ("GET", "/v1/emails/{email_id}"),
    ("POST", "/v1/emails/lookup"),
    ("GET", "/v1/contacts/{contact}"),
    ("POST", "/v1/contacts/lookup"),
    ("DELETE", "/v1/contacts/{contact}/suppression"),
    ("POST", "/v1/senders"),
    ("GET", "/v1/senders"),
    ("GET", "/v1/senders/{domain}"),
    ("POST", "/v1/senders/{domain}/check"),
    ("POST", "/v1/senders/{domain}/link"),
    ("DELETE", "/v1/senders/{domain}/link"),
    ("DELETE", "/v1/senders/{domain}"),
    ("GET", "/v1/settings"),
    ("PATCH", "/v1/settings"),
)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_every_answer_is_as_described(api_schema, crm, method, path, mode):
    operation = api_schema[path][method]
    excluded = [BY_SHAPE_ALONE, *([ITEM_BY_ITEM] if path == "/v1/emails/batch" else [])]

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case):
        case.call_and_validate(
            headers={"Authorization": f"Bearer {crm.key}"}, excluded_checks=excluded
        )

    answers()


def test_the_description_names_every_operation(api_schema):
    described = {
        (method.upper(), path)
        for path, methods in api_schema.raw_schema["paths"].items()
        for method in methods
    }
    assert described == set(OPERATIONS)
