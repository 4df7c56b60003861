"""The HTTP API: its routes are in bellhop/web/routes, its refusals in bellhop/web/refusals.py."""

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from publicsuffixlist import PublicSuffixList

from bellhop import clock, queues
from bellhop.metrics import Counter
from bellhop.queues import LaneQueue
from bellhop.sender_queue import SenderQueue
from bellhop.ses.suppression_list import SesSuppressionList
from bellhop.settings import ApiSettings, Settings
from bellhop.store import table
from bellhop.store.contacts import ContactStore
from bellhop.store.links import LinkStore
from bellhop.store.records import RecordStore
from bellhop.store.requests import RequestStore
from bellhop.store.senders import SenderStore
from bellhop.store.stops import StopStore
from bellhop.store.tenant_settings import TenantSettingsStore
from bellhop.store.tenants import KeyStore
from bellhop.usecases.authenticate import Authenticator
from bellhop.usecases.remembered import Remembered
from bellhop.web import json_body, openapi, parameters, refusals
from bellhop.web.routes import account, contacts, emails, links, senders, settings
from bellhop.web.services import Services

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

VERSION = "0.1.0"
logger = Logger()  # every other logger of this function is its child
app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=json_body.loads)
app.use(middlewares=[parameters.refuse_unknown])
for each in (emails, contacts, senders, links, settings, account, refusals):
    app.include_router(each.router)


@app.get("/openapi.json", summary="This description", include_in_schema=False)
def get_description() -> Response[str]:
    return Response(
        status_code=HTTPStatus.OK,
        content_type="application/json",
        body=openapi.description(app, VERSION),
    )


def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one request of the HTTP API (payload format 2.0)."""
    app.append_context(services=services)
    return app.resolve(json_body.with_plain_media_type(event), context)


@cache
def ses_client() -> "SESV2Client":
    """Made when it is first needed: its model alone takes longer to load than a request."""
    return boto3.client("sesv2", config=queues.QUICK)


def wire(deployed: Settings, api: ApiSettings) -> Services:
    """Puts together what the routes work with."""
    table.bind(deployed.table, deployed.region)
    tenant_settings = TenantSettingsStore()
    sqs = boto3.client("sqs", config=queues.QUICK)
    return Services(
        authenticator=Authenticator(KeyStore(), clock.now),
        contacts=ContactStore(),
        records=RecordStore(deployed.record_lifetime),
        requests=RequestStore(),
        senders=SenderStore(),
        tenant_settings=tenant_settings,
        known_settings=Remembered(tenant_settings.get, clock.now),
        suppression_list=SesSuppressionList(ses_client),
        stops=StopStore(),
        configuration_sets=api.configuration_sets,
        lanes={
            email_class: LaneQueue(sqs, url, api.queue_message_limit)
            for email_class, url in api.lanes.items()
        },
        links=LinkStore(),
        public_url=api.public_url,
        sender_jobs=SenderQueue(sqs, api.senders_queue),
        region=deployed.region,
        counter=Counter(deployed.stage),
        organisational_domain=PublicSuffixList().privatesuffix,
        allow_reserved_domains=api.allow_reserved_domains,
    )


services = wire(Settings.read(), ApiSettings.read())
handler = services.counter.flushing(handle)
