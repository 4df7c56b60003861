"""The HTTP API: each route parses, calls one use case and replies."""

import hashlib
import json
from http import HTTPStatus
from typing import Annotated, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import (
    RequestUnsupportedContentType,
    RequestValidationError,
)
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from aws_lambda_powertools.utilities.typing import LambdaContext
from publicsuffixlist import PublicSuffixList

from bellhop import clock, queues
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.errors import BellhopError
from bellhop.domain.identifiers import contact_id, contact_key
from bellhop.domain.keys import ApiKey, Scope
from bellhop.domain.recipients import check_recipients
from bellhop.domain.status import Status
from bellhop.metrics import Count, Counter
from bellhop.queues import LaneQueue
from bellhop.settings import ApiSettings, Settings
from bellhop.store import table
from bellhop.store.contacts import ContactStore
from bellhop.store.records import RecordStore
from bellhop.store.requests import RequestStore
from bellhop.store.tenants import KeyStore, SenderStore
from bellhop.usecases.accept import accept
from bellhop.usecases.authenticate import Authenticator, require
from bellhop.usecases.look_up import find_contact, find_email
from bellhop.web import json_body, openapi
from bellhop.web.answers import AcceptedEmail, AcceptedRequestBody, ContactAnswer, EmailAnswer
from bellhop.web.languages import preferred
from bellhop.web.presenting import Presenter
from bellhop.web.problems import Asked, method_not_allowed, of_error, problem
from bellhop.web.requests import EmailBody, LookupBody
from bellhop.web.validation import invalid_request, not_utf8

VERSION = "0.1.0"
app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=json_body.loads)
logger = Logger()


@app.post(
    "/v1/emails",
    summary="Send an email to 1 to 50 recipients",
    responses=openapi.answers(
        HTTPStatus.ACCEPTED,
        AcceptedRequestBody,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def post_email(
    body: Annotated[EmailBody, Body()],
    idempotency_key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            pattern=r"^[\x20-\x7e]+$",
            description="Your own name for this request. Repeated within 72 hours, it gives the "
            "same emails and sends nothing new.",
        ),
    ],
) -> Response[AcceptedRequestBody]:
    tenant, request = caller(Scope.EMAILS_SEND).tenant, body.request()
    check_recipients(request.recipients, allow_reserved=api_settings.allow_reserved_domains)
    acceptance = accept(
        request,
        tenant=tenant,
        idempotency_key=idempotency_key,
        payload_hash=payload_hash(),
        senders=senders,
        requests=requests,
        lane=lanes[request.email_class],
        clock=clock.now,
    )
    if not acceptance.replayed:
        counter.add(Count.EMAILS_ACCEPTED, len(acceptance.email_ids))
    return Response(
        status_code=HTTPStatus.ACCEPTED,
        content_type="application/json",
        body=AcceptedRequestBody(
            emails=[
                AcceptedEmail(
                    id=str(email_id),
                    contact_id=contact_id(email_id.contact),
                    status=Status.QUEUED,
                    url=f"/v1/emails/{email_id}",
                )
                for email_id in acceptance.email_ids
            ]
        ),
        headers={"Idempotent-Replayed": "true"} if acceptance.replayed else {},
    )


@app.get(
    "/v1/emails/<email_id>",
    summary="What became of an email",
    responses=openapi.answers(HTTPStatus.OK, EmailAnswer, HTTPStatus.NOT_FOUND),
)
def get_email(
    email_id: Annotated[str, Path(description="From the answer to POST /v1/emails.")],
) -> Response[EmailAnswer]:
    tenant = caller(Scope.EMAILS_READ).tenant
    found = find_email(email_id, tenant=tenant, records=records, requests=requests)
    presenter = presenting()
    if isinstance(found, DeliveryRecord):
        return answer(presenter.email(found))
    return answer(presenter.queued(found))


@app.get(
    "/v1/contacts/<contact>",
    summary="A guest's mailbox at a glance, with its newest emails",
    responses=openapi.answers(HTTPStatus.OK, ContactAnswer, HTTPStatus.NOT_FOUND),
)
def get_contact(
    contact: Annotated[str, Path(description="Contact id, from an email or a look-up.")],
    limit: Annotated[int, Query(ge=1, le=100, description="Emails a page.")] = 10,
    after: Annotated[
        str | None, Query(pattern=r"^[0-9a-z]{26}$", description="`next` of the page before.")
    ] = None,
) -> Response[ContactAnswer]:
    view = find_contact(
        contact,
        tenant=caller(Scope.CONTACTS_READ).tenant,
        limit=limit,
        before=after,
        records=records,
        contacts=contacts,
    )
    return answer(presenting().contact(view))


@app.post(
    "/v1/contacts/lookup",
    summary="Find a contact by its address",
    responses=openapi.answers(
        HTTPStatus.OK,
        ContactAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ),
)
def look_up_contact(body: Annotated[LookupBody, Body()]) -> Response[ContactAnswer]:
    tenant = caller(Scope.CONTACTS_READ).tenant
    return get_contact(contact_id(contact_key(tenant, body.address)))


@app.get("/openapi.json", summary="This description", include_in_schema=False)
def get_description() -> Response[str]:
    return Response(
        status_code=HTTPStatus.OK,
        content_type="application/json",
        body=openapi.description(app, VERSION),
    )


def answer(body: EmailAnswer | ContactAnswer) -> Response[Any]:
    """A 200 in the language that the caller asked for."""
    language = preferred(header("accept-language"))
    return Response(
        status_code=HTTPStatus.OK,
        content_type="application/json",
        body=body,
        headers={"Content-Language": language, "Vary": "Accept-Language"},
    )


def presenting() -> Presenter:
    """Presents in the language that the caller asked for."""
    return Presenter(preferred(header("accept-language")), suffixes.privatesuffix, clock.now())


def header(name: str) -> str:
    """A header of the present request, or empty."""
    return str(app.current_event.headers.get(name, ""))


def caller(scope: Scope) -> ApiKey:
    """Whose key the present request carries; an error unless it is good for this."""
    key = authenticator.authenticate(header("authorization"))
    require(key, scope)
    return key


def payload_hash() -> str:
    """SHA-256 of the body as canonical JSON: spelling and order of fields make no difference."""
    canonical = json.dumps(app.current_event.json_body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def here() -> Asked:
    """The present request, as problems name it."""
    event = app.current_event
    return Asked(path=event.path, request_id=event.request_context.request_id)


@app.exception_handler(BellhopError)
def refuse(error: BellhopError) -> Response[Any]:
    if error.__cause__:  # an AWS service failed us: the caller is not told, the operator is
        logger.warning("refused", code=error.code, cause=str(error.__cause__))
    return of_error(error, here())


@app.exception_handler(RequestValidationError)
def refuse_shape(error: RequestValidationError) -> Response[Any]:
    try:
        authenticator.authenticate(header("authorization"))
    except BellhopError as unauthenticated:  # whoever has no key is told that first
        return refuse(unauthenticated)
    return invalid_request(error.errors(), here())


@app.exception_handler(UnicodeDecodeError)
def refuse_encoding(error: UnicodeDecodeError) -> Response[Any]:
    return refuse_shape(RequestValidationError([not_utf8(error)]))


@app.exception_handler(RequestUnsupportedContentType)
def refuse_content_type(_error: RequestUnsupportedContentType) -> Response[Any]:
    return problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "unsupported_content_type",
        "Send JSON, with Content-Type: application/json.",
        here(),
    )


@app.not_found
def not_found(_error: NotFoundError) -> Response[Any]:
    event = app.current_event
    if allowed := methods_of(event.path):
        return method_not_allowed(event.http_method, allowed, here())
    return problem(
        HTTPStatus.NOT_FOUND,
        "route_not_found",
        f"There is no {event.http_method} {event.path}. GET /openapi.json lists the routes.",
        here(),
    )


def methods_of(path: str) -> list[str]:
    """The methods of the routes that a path has."""
    routes = [*app._static_routes, *app._dynamic_routes]
    return sorted({route.method for route in routes if route.rule.match(path)})


@app.exception_handler(Exception)
def fail(error: Exception) -> Response[Any]:
    logger.exception("unexpected error", error=type(error).__name__)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Bellhop failed. Repeat the request with the same Idempotency-Key; the request id finds it "
        "in the logs.",
        here(),
    )


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request of the HTTP API (payload format 2.0)."""
    return app.resolve(json_body.with_plain_media_type(event), context)


settings, api_settings = Settings.read(), ApiSettings.read()
table.bind(settings.table, settings.region)
counter = Counter(settings.stage)
contacts, records, requests = ContactStore(), RecordStore(settings.record_lifetime), RequestStore()
senders = SenderStore()
authenticator = Authenticator(KeyStore(), clock.now)
suffixes = PublicSuffixList()
sqs = boto3.client("sqs", config=queues.QUICK)
lanes = {
    each: LaneQueue(sqs, url, api_settings.queue_message_limit)
    for each, url in api_settings.lanes.items()
}
handler = counter.flushing(handle)
