"""``/v1/account``: whether emails go out at all."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop.domain.keys import Scope
from bellhop.web import openapi
from bellhop.web.answers import AccountAnswer
from bellhop.web.api_call import PresentCall

router = APIGatewayHttpRouter()


@router.get(
    "/v1/account",
    summary="Whether emails go out, and if not, since when and why",
    responses=openapi.answers(HTTPStatus.OK, AccountAnswer),
)
def get_account(call: PresentCall) -> Response[AccountAnswer]:
    tenant, services = call.caller(Scope.EMAILS_READ).tenant, call.services
    stops = services.stops.standing(tenant, list(services.configuration_sets.values()))
    return call.answer(call.presenter(tenant).account(stops))
