"""``/v1/settings``: what a hotel sets for itself."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from bellhop.domain.keys import Scope
from bellhop.usecases.change_settings import change_settings
from bellhop.web import openapi
from bellhop.web.answers import SettingsAnswer
from bellhop.web.api_call import PresentCall
from bellhop.web.bodies import settings_answer
from bellhop.web.requests import SettingsBody

router = APIGatewayHttpRouter()


@router.get(
    "/v1/settings",
    summary="The hotel's settings",
    responses=openapi.answers(HTTPStatus.OK, SettingsAnswer),
)
def get_settings(call: PresentCall) -> SettingsAnswer:
    tenant = call.caller(Scope.SETTINGS_READ).tenant
    return settings_answer(call.services.tenant_settings.get(tenant))


@router.patch(
    "/v1/settings",
    summary="Change the hotel's settings",
    description="A setting that is given replaces what was there; one that is left out stays as it "
    "is. All follow within a minute.",
    responses=openapi.answers(
        HTTPStatus.OK,
        SettingsAnswer,
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    ),
)
def patch_settings(call: PresentCall, body: Annotated[SettingsBody, Body()]) -> SettingsAnswer:
    settings = change_settings(
        call.caller(Scope.SETTINGS_WRITE).tenant,
        company_domains=body.domains(),
        suppression_rules=body.rules(),
        marketing_resumes=body.marketing_resumes,
        items=call.services.tenant_settings,
        organisational_domain=call.services.organisational_domain,
    )
    return settings_answer(settings)
