"""The call of the API that is being answered: who calls, in which language, with what."""

import hashlib
import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, cast

from aws_lambda_powertools.event_handler import Depends, Request, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import BaseModel

from bellhop import clock
from bellhop.domain.counts import Count
from bellhop.domain.emails import DeliveryRecord
from bellhop.domain.keys import ApiKey, Scope
from bellhop.domain.status import Dispatch
from bellhop.domain.stops import Stop, StopScope
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.usecases.accept import Acceptor
from bellhop.usecases.authenticate import require
from bellhop.web.languages import preferred
from bellhop.web.presenting import Presenter
from bellhop.web.problems import Asked
from bellhop.web.services import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One call, and the services that answer it."""

    event: APIGatewayProxyEventV2
    services: Services

    def header(self, name: str) -> str:
        """A header of the request, or empty."""
        return str(self.event.headers.get(name, ""))

    def authenticate(self) -> ApiKey:
        """The key that the request carries.

        Raises:
            UnauthenticatedError: no key, or none that is good.
        """
        return self.services.authenticator.authenticate(self.header("authorization"))

    def caller(self, scope: Scope) -> ApiKey:
        """The key that the request carries, if it is good for this.

        Raises:
            UnauthenticatedError, ScopeMissingError: it is not.
        """
        key = self.authenticate()
        require(key, scope)
        return key

    @property
    def language(self) -> str:
        """The language that the caller asked for."""
        return preferred(self.header("accept-language"))

    def presenter(self, tenant: str) -> Presenter:
        """Presents in the language that the caller asked for, by the tenant's settings."""
        settings = self.services.known_settings.get(tenant) or TenantSettings()
        return Presenter(self.language, self.services.organisational_domain, clock.now(), settings)

    def answer(self, body: BaseModel, status: HTTPStatus = HTTPStatus.OK) -> Response[Any]:
        """An answer whose sentences are in the language that the caller asked for."""
        return Response(
            status_code=status,
            content_type="application/json",
            body=body,
            headers={"Content-Language": self.language, "Vary": "Accept-Language"},
        )

    @property
    def asked(self) -> Asked:
        """This request, as problems name it."""
        return asked_by(self.event)

    def stop_of(self, record: DeliveryRecord) -> Stop | None:
        """What holds an email back that waits, or is to be sent again: the oldest stop that
        concerns it."""
        is_uncertain = record.claim is not None and record.claim.uncertain_since is not None
        if record.dispatch is Dispatch.DONE or not (record.claim is None or is_uncertain):
            return None
        configuration_set = self.services.configuration_sets[record.email_class]
        standing = self.services.stops.standing(record.tenant, [configuration_set])
        own = {StopScope.SENDER: record.sender.domain, StopScope.RECIPIENT: record.id.contact}
        concerned = [
            stop for stop in standing if stop.name == own.get(stop.reason.scope, stop.name)
        ]
        return min(concerned, key=lambda stop: stop.since, default=None)

    @property
    def acceptor(self) -> Acceptor:
        """What accepts requests to send."""
        services = self.services
        return Acceptor(
            senders=services.senders,
            requests=services.requests,
            records=services.records,
            lanes=services.lanes,
            clock=clock.now,
            kept=lambda emails: services.counter.add(Count.EMAILS_ACCEPTED, emails),
            allow_reserved_domains=services.allow_reserved_domains,
        )


def _present(request: Request) -> ApiCall:
    event = cast("APIGatewayProxyEventV2", request.resolved_event)
    return ApiCall(event=event, services=request.context["services"])


def asked_by(event: APIGatewayProxyEventV2) -> Asked:
    """The request of an event, as problems name it."""
    return Asked(path=event.path, request_id=event.request_context.request_id)


def hash_of(payload: object) -> str:
    """SHA-256 of canonical JSON: spelling and order of fields do not matter."""
    canonical = json.dumps(payload, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


PresentCall = Annotated[ApiCall, Depends(_present)]
"""A route that declares a parameter of this type is given the call that it answers."""
