"""The HTTP API's handler with everything behind it in memory, and a CRM that calls it."""

import json
from types import SimpleNamespace

from bellhop.domain.keys import ApiKey, hash_of, new_key
from tests.builders import GUEST, NOW, TENANT

ENVIRONMENT = {
    "BELLHOP_STAGE": "test",
    "BELLHOP_TABLE": "table",
    "BELLHOP_RECORD_DAYS": "400",
    "BELLHOP_TRANSACTIONAL_QUEUE_URL": "https://sqs.example/transactional",
    "BELLHOP_TRANSACTIONAL_CONFIGURATION_SET": "transactional",
    "BELLHOP_MARKETING_CONFIGURATION_SET": "marketing",
    "BELLHOP_MARKETING_QUEUE_URL": "https://sqs.example/marketing",
    "BELLHOP_SENDERS_QUEUE_URL": "https://sqs.example/senders",
    "BELLHOP_PUBLIC_URL": "https://api.example",
    "BELLHOP_QUEUE_MESSAGE_LIMIT": "262144",
    "BELLHOP_ALLOW_RESERVED_DOMAINS": "true",
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",  # or boto3 looks for an instance profile over the network
    "AWS_SECRET_ACCESS_KEY": "none",
    "POWERTOOLS_SERVICE_NAME": "api",
    "POWERTOOLS_METRICS_NAMESPACE": "Bellhop",
}
CONTEXT = SimpleNamespace(function_name="api", aws_request_id="1", memory_limit_in_mb=512)
EMAIL = {
    "from": {"address": "reservas@hotel-sol.test", "name": "Hotel Sol"},
    "to": [{"address": GUEST, "name": "Elena Ruiz", "locale": "es", "contact_ref": "g-17"}],
    "subject": "Su reserva",
    "html": "<p>Hasta pronto</p>",
}


class Client:
    """A CRM with a key for hotel-sol."""

    def __init__(self, handler) -> None:
        self.handler = handler
        self.key = new_key(TENANT)

    def request(self, method, path, body=None, *, query="", **headers):
        sent = {"authorization": f"Bearer {self.key}", "content-type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if body is None or isinstance(body, str) else json.dumps(body)
        answer = self.handler.handler(
            {
                "version": "2.0",
                "rawPath": path,
                "rawQueryString": query,
                "queryStringParameters": dict(p.split("=") for p in query.split("&") if p),
                "headers": {name: value for name, value in sent.items() if value is not None},
                "requestContext": {
                    "http": {"method": method, "path": path},
                    "stage": "$default",
                    "requestId": "request-1",
                },
                "body": raw,
                "isBase64Encoded": False,
            },
            CONTEXT,
        )
        return answer["statusCode"], json.loads(answer["body"]), answer["headers"]

    def post(self, body=None, key="key-1", **headers):
        return self.request(
            "POST", "/v1/emails", EMAIL if body is None else body, idempotency_key=key, **headers
        )


def an_api_key(text, scopes):
    return ApiKey(
        tenant=TENANT, hash=hash_of(text), name="crm", scopes=frozenset(scopes), created_at=NOW
    )
