"""``/v1/emails``: sends, and says what became of it."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop import clock
from bellhop.domain.counts import Count
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.identifiers import contact_id
from bellhop.domain.keys import Scope
from bellhop.domain.recipients import check_recipients
from bellhop.domain.status import Status
from bellhop.usecases.accept import Acceptance, accept
from bellhop.usecases.look_up import find_email
from bellhop.web import openapi
from bellhop.web.answers import AcceptedEmail, AcceptedRequestBody, EmailAnswer
from bellhop.web.api_call import PresentCall
from bellhop.web.requests import EmailBody

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
    call: PresentCall,
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
    tenant, request, services = call.caller(Scope.EMAILS_SEND).tenant, body.request(), call.services
    check_recipients(request.recipients, allow_reserved=services.allow_reserved_domains)
    acceptance = accept(
        request,
        tenant=tenant,
        idempotency_key=idempotency_key,
        payload_hash=call.payload_hash(),
        senders=services.senders,
        requests=services.requests,
        lane=services.lanes[request.email_class],
        clock=clock.now,
    )
    if not acceptance.replayed:
        services.counter.add(Count.EMAILS_ACCEPTED, len(acceptance.email_ids))
    return _accepted(acceptance)


@router.get(
    "/v1/emails/<email_id>",
    summary="What became of an email",
    responses=openapi.answers(HTTPStatus.OK, EmailAnswer, HTTPStatus.NOT_FOUND),
)
def get_email(
    call: PresentCall,
    email_id: Annotated[str, Path(description="From the answer to POST /v1/emails.")],
) -> Response[EmailAnswer]:
    tenant = call.caller(Scope.EMAILS_READ).tenant
    found = find_email(
        email_id,
        tenant=tenant,
        records=call.services.records,
        requests=call.services.requests,
    )
    presenter = call.presenter(tenant)
    if isinstance(found, DeliveryRecord):
        return call.answer(presenter.email(found))
    return call.answer(presenter.queued(found))


def _accepted(acceptance: Acceptance) -> Response[AcceptedRequestBody]:
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
