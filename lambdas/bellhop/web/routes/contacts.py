"""``/v1/contacts``: a guest's mailbox at a glance."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop import clock
from bellhop.domain.identifiers import contact_id, contact_key
from bellhop.domain.keys import Scope
from bellhop.usecases.lift_suppression import lift_suppression
from bellhop.usecases.look_up import find_contact
from bellhop.web import openapi
from bellhop.web.answers import ContactAnswer
from bellhop.web.api_call import ApiCall, PresentCall
from bellhop.web.fields import EMAILS_A_PAGE, MOST_A_PAGE, PAGE
from bellhop.web.requests import LiftingBody, LookupBody

router = APIGatewayHttpRouter()


@router.get(
    "/v1/contacts/<contact>",
    summary="A guest's mailbox at a glance, with its newest emails",
    responses=openapi.answers(HTTPStatus.OK, ContactAnswer, HTTPStatus.NOT_FOUND),
)
def get_contact(
    call: PresentCall,
    contact: Annotated[str, Path(description="Contact id, from an email or a look-up.")],
    limit: Annotated[
        int, Query(ge=1, le=MOST_A_PAGE, description="Emails a page.")
    ] = EMAILS_A_PAGE,
    after: Annotated[
        str | None, Query(pattern=PAGE, description="`next` of the page before.")
    ] = None,
) -> Response[ContactAnswer]:
    tenant = call.caller(Scope.CONTACTS_READ).tenant
    return _contact(call, contact, tenant, limit=limit, before=after)


@router.post(
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
def look_up_contact(
    call: PresentCall, body: Annotated[LookupBody, Body()]
) -> Response[ContactAnswer]:
    tenant = call.caller(Scope.CONTACTS_READ).tenant
    return _contact(call, contact_id(contact_key(tenant, body.address)), tenant)


@router.delete(
    "/v1/contacts/<contact>/suppression",
    summary="Try once more: lift the suppression of a contact",
    description="Answers with the contact's card. What happened until now counts no more, here and "
    "on SES's own list; a later bounce or complaint suppresses anew. A contact that is not "
    "suppressed stays as it is. A complaint is lifted in the same way: do it only when the guest "
    "asks for email again. Whether the guest wants offers is yours to know.",
    responses=openapi.answers(
        HTTPStatus.OK,
        ContactAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def delete_suppression(
    call: PresentCall,
    contact: Annotated[str, Path(description="Contact id, from an email or a look-up.")],
    body: Annotated[LiftingBody, Body()],
) -> Response[ContactAnswer]:
    tenant = call.caller(Scope.CONTACTS_WRITE).tenant
    lift_suppression(
        contact,
        tenant=tenant,
        by=body.by,
        why=body.why,
        contacts=call.services.contacts,
        records=call.services.records,
        suppression_list=call.services.suppression_list,
        clock=clock.now,
    )
    return _contact(call, contact, tenant)


def _contact(
    call: ApiCall,
    contact: str,
    tenant: str,
    *,
    limit: int = EMAILS_A_PAGE,
    before: str | None = None,
) -> Response[ContactAnswer]:
    view = find_contact(
        contact,
        tenant=tenant,
        limit=limit,
        before=before,
        records=call.services.records,
        contacts=call.services.contacts,
    )
    return call.answer(call.presenter(tenant).contact(view))
