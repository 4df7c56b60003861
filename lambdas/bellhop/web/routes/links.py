"""``/v1/senders/{domain}/link``: private links for whoever keeps the DNS of a sender."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop import clock
from bellhop.domain.keys import Scope
from bellhop.usecases.hand_over import end_links, make_link
from bellhop.web import openapi
from bellhop.web.api_call import ApiCall, PresentCall
from bellhop.web.requests import LinkBody
from bellhop.web.routes.senders import DomainPath
from bellhop.web.sender_answers import EndedLinksAnswer, LinkAnswer

router = APIGatewayHttpRouter()


@router.post(
    "/v1/senders/<domain>/link",
    summary="Make a private link to the records' page",
    description="The page shows whoever has the link the records to publish and what DNS has of"
    " them, in English and Spanish, without log-in: send it to the hotel's web agency. A sender has"
    " five links at most.",
    responses=openapi.answers(
        HTTPStatus.CREATED,
        LinkAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def post_link(
    call: PresentCall, domain: DomainPath, body: Annotated[LinkBody, Body()]
) -> Response[LinkAnswer]:
    lifetime = timedelta(days=body.days)
    token, link = make_link(domain, lifetime=lifetime, **_with(call))
    url = f"{call.services.public_url}/s/{token}"
    return call.answer(LinkAnswer(url=url, expires_at=link.expires_at), HTTPStatus.CREATED)


@router.delete(
    "/v1/senders/<domain>/link",
    summary="End every private link to the records' page",
    description="At once none of them opens anything.",
    responses=openapi.answers(
        HTTPStatus.OK, EndedLinksAnswer, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
    ),
)
def delete_links(call: PresentCall, domain: DomainPath) -> Response[EndedLinksAnswer]:
    return call.answer(EndedLinksAnswer(ended=end_links(domain, **_with(call))))


def _with(call: ApiCall) -> dict[str, Any]:
    return {
        "tenant": call.caller(Scope.SENDERS_WRITE).tenant,
        "senders": call.services.senders,
        "links": call.services.links,
        "clock": clock.now,
    }
