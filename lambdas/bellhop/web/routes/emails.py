"""``/v1/emails``: sends, cancels, and says what became of it."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop import clock
from bellhop.domain.keys import Scope
from bellhop.usecases.accept import Submission, single
from bellhop.usecases.cancel import cancel
from bellhop.usecases.look_up import find_email
from bellhop.web import openapi
from bellhop.web.answers import (
    AcceptedRequestBody,
    BatchAnswer,
    EmailAnswer,
    FoundEmails,
    accepted_emails,
)
from bellhop.web.api_call import PresentCall, hash_of
from bellhop.web.batches import accept_batch
from bellhop.web.requests import BatchBody, EmailBody, EmailLookupBody

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x20-\x7e]+$",
        description="Your own name for this request. Repeated within 72 hours, it gives the "
        "same emails and sends nothing new. Each route has keys of its own.",
    ),
]
EmailIdPath = Annotated[str, Path(description="From the answer to POST /v1/emails.")]
router = APIGatewayHttpRouter()


@router.post(
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
    call: PresentCall, body: Annotated[EmailBody, Body()], idempotency_key: IdempotencyKey
) -> Response[AcceptedRequestBody]:
    tenant = call.caller(Scope.EMAILS_SEND).tenant
    acceptance = call.acceptor.accept(
        Submission(
            tenant=tenant,
            request=body.request(),
            key=single(tenant, idempotency_key),
            payload_hash=hash_of(call.event.json_body),
        )
    )
    emails = AcceptedRequestBody(emails=accepted_emails(acceptance))
    return _accepted(emails, replayed=acceptance.replayed)


@router.post(
    "/v1/emails/batch",
    summary="Send up to 100 emails, each accepted or rejected for itself",
    description="202 also where every item was rejected: `items` tells of each, in order.",
    responses=openapi.answers(
        HTTPStatus.ACCEPTED,
        BatchAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ),
)
def post_batch(
    call: PresentCall, body: Annotated[BatchBody, Body()], idempotency_key: IdempotencyKey
) -> Response[BatchAnswer]:
    tenant = call.caller(Scope.EMAILS_SEND).tenant
    assert body.emails  # validated; the items themselves are not, see BatchBody
    answer = accept_batch(
        call.event.json_body["emails"],
        tenant=tenant,
        idempotency_key=idempotency_key,
        acceptor=call.acceptor,
        asked=call.asked,
    )
    accepted = [item for item in answer.items if item.problem is None]
    return _accepted(answer, replayed=bool(accepted) and all(item.replayed for item in accepted))


@router.get(
    "/v1/emails/<email_id>",
    summary="What became of an email",
    responses=openapi.answers(HTTPStatus.OK, EmailAnswer, HTTPStatus.NOT_FOUND),
)
def get_email(call: PresentCall, email_id: EmailIdPath) -> Response[EmailAnswer]:
    tenant = call.caller(Scope.EMAILS_READ).tenant
    found = find_email(
        email_id,
        tenant=tenant,
        records=call.services.records,
        requests=call.services.requests,
    )
    return call.answer(call.presenter(tenant).email(found, call.stop_of(found)))


@router.post(
    "/v1/emails/lookup",
    summary="Find emails by a reference of yours",
    responses=openapi.answers(
        HTTPStatus.OK, FoundEmails, HTTPStatus.BAD_REQUEST, HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    ),
)
def look_up_emails(
    call: PresentCall, body: Annotated[EmailLookupBody, Body()]
) -> Response[FoundEmails]:
    tenant = call.caller(Scope.EMAILS_READ).tenant
    emails, further = call.services.records.by_reference(
        tenant, body.wanted(), limit=body.limit, before=body.after
    )
    return call.answer(call.presenter(tenant).found(emails, further))


@router.post(
    "/v1/emails/<email_id>/cancel",
    summary="Take an email back while it waits to be sent",
    description="200: it will not be sent; to repeat the call is harmless. 409: it may have been.",
    responses=openapi.answers(
        HTTPStatus.OK, EmailAnswer, HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT
    ),
)
def cancel_email(call: PresentCall, email_id: EmailIdPath) -> Response[EmailAnswer]:
    tenant = call.caller(Scope.EMAILS_SEND).tenant
    cancelled = cancel(
        email_id,
        tenant=tenant,
        records=call.services.records,
        requests=call.services.requests,
        clock=clock.now,
    )
    return call.answer(call.presenter(tenant).email(cancelled))


def _accepted(body: Any, *, replayed: bool) -> Response[Any]:
    return Response(
        status_code=HTTPStatus.ACCEPTED,
        content_type="application/json",
        body=body,
        headers={"Idempotent-Replayed": "true"} if replayed else {},
    )
