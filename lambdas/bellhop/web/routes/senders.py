"""``/v1/senders``: the domains that a hotel sends from."""

from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop import clock
from bellhop.domain.keys import Scope
from bellhop.domain.sender_domains import check_domain
from bellhop.domain.senders import Sender
from bellhop.usecases.manage_senders import (
    add_sender,
    check_sender,
    find_sender,
    remove_sender,
)
from bellhop.usecases.resume_marketing import resume_marketing
from bellhop.web import openapi
from bellhop.web.api_call import ApiCall, PresentCall
from bellhop.web.requests import SenderBody
from bellhop.web.sender_answers import SenderAnswer, SenderPresenter, SendersAnswer

router = APIGatewayHttpRouter()
DomainPath = Annotated[str, Path(description="In IDNA form, as the answers have it.")]


@router.post(
    "/v1/senders",
    summary="Add a domain to send from",
    description="Repeat it as often as you like: a domain that is there already is looked at again."
    " SES and the DNS take their time; ask for the domain to learn how far it is.",
    responses=openapi.answers(
        HTTPStatus.ACCEPTED,
        SenderAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.CONFLICT,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def post_sender(call: PresentCall, body: Annotated[SenderBody, Body()]) -> Response[SenderAnswer]:
    wish = _wish(call)
    check_domain(
        body.domain,
        organisational_domain=call.services.organisational_domain,
        allow_reserved=call.services.allow_reserved_domains,
    )
    return _accepted(call, add_sender(body.domain, **wish))


@router.get(
    "/v1/senders",
    summary="The domains that you send from",
    responses=openapi.answers(HTTPStatus.OK, SendersAnswer),
)
def get_senders(call: PresentCall) -> Response[SendersAnswer]:
    tenant, presenter = call.caller(Scope.SENDERS_READ).tenant, _presenter(call)
    found = call.services.senders.list(tenant)
    return call.answer(SendersAnswer(senders=[presenter.sender(each) for each in found]))


@router.get(
    "/v1/senders/<domain>",
    summary="How far a domain is, with the records to publish",
    responses=openapi.answers(HTTPStatus.OK, SenderAnswer, HTTPStatus.NOT_FOUND),
)
def get_sender(call: PresentCall, domain: DomainPath) -> Response[SenderAnswer]:
    tenant = call.caller(Scope.SENDERS_READ).tenant
    found = find_sender(domain, tenant=tenant, senders=call.services.senders)
    return call.answer(_presenter(call).sender(found))


@router.post(
    "/v1/senders/<domain>/check",
    summary="Look at a domain now",
    responses=openapi.answers(
        HTTPStatus.ACCEPTED,
        SenderAnswer,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def post_check(call: PresentCall, domain: DomainPath) -> Response[SenderAnswer]:
    return _accepted(call, check_sender(domain, **_wish(call)))


@router.post(
    "/v1/senders/<domain>/resume",
    summary="Let marketing go on from a domain whose records are back",
    description="Needed only where `marketing_resumes` of the settings is `by_click`.",
    responses=openapi.answers(
        HTTPStatus.OK,
        SenderAnswer,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.CONFLICT,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
)
def post_resume(call: PresentCall, domain: DomainPath) -> Response[SenderAnswer]:
    tenant = call.caller(Scope.SENDERS_WRITE).tenant
    resumed = resume_marketing(domain, tenant=tenant, senders=call.services.senders)
    return call.answer(_presenter(call).sender(resumed))


@router.delete(
    "/v1/senders/<domain>",
    summary="Stop sending from a domain",
    description="At once no email leaves from it any more; what Bellhop made for it in SES is "
    "undone within a minute. Its DNS records are yours to remove.",
    responses=openapi.answers(
        HTTPStatus.ACCEPTED, SenderAnswer, HTTPStatus.NOT_FOUND, HTTPStatus.SERVICE_UNAVAILABLE
    ),
)
def delete_sender(call: PresentCall, domain: DomainPath) -> Response[SenderAnswer]:
    return _accepted(call, remove_sender(domain, **_wish(call)))


def _wish(call: ApiCall) -> dict[str, Any]:
    return {
        "tenant": call.caller(Scope.SENDERS_WRITE).tenant,
        "senders": call.services.senders,
        "jobs": call.services.sender_jobs,
        "clock": clock.now,
    }


def _accepted(call: ApiCall, sender: Sender) -> Response[SenderAnswer]:
    return call.answer(_presenter(call).sender(sender), HTTPStatus.ACCEPTED)


def _presenter(call: ApiCall) -> SenderPresenter:
    services = call.services
    return SenderPresenter(call.language, services.organisational_domain, services.region)
