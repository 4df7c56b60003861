"""An internet and an SES with all characters, and nothing of AWS around them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Condition
from typing import Any

import boto3
from botocore.config import Config

from local.internet import Internet
from local.ses import Settings, SimpleEmailService
from local.ses.characters import TenantCharacter

REGION = "eu-west-1"
ACCOUNT = "123456789012"
PATIENCE = 30.0  # seconds
_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:email-events"
_EVENT_TYPES = ("SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "DELIVERY_DELAY")
_LIFETIME = 5  # seconds until SES gives up, in place of 14 hours

# Servers that fall silent cost the most; they are waited for as shortly as the slow ones allow.
_SETTINGS = Settings(
    delivery_workers=24,
    retry_delays=(timedelta(seconds=0.5), timedelta(seconds=1.5)),
    delivery_seconds_scale=_LIFETIME / 50_400,
    reply_timeout=timedelta(seconds=2),
    connect_timeout=timedelta(seconds=1.5),
)


class Events:
    """The events of all messages as they come, in the place of SNS."""

    def __init__(self) -> None:
        self._bodies: list[str] = []
        self._changed = Condition()

    def publish(self, _topic_arn: str, _configuration_set: str, message: str) -> None:
        """Takes one message of SES's."""
        with self._changed:
            self._bodies.append(message)
            self._changed.notify_all()

    def of(self, message_id: str) -> list[str]:
        """The events of one message so far, as SES wrote them."""
        with self._changed:
            return self._of(message_id)

    def wait_for(self, message_id: str, *event_types: str) -> bool:
        """Waits for an event of each of these types; False when patience ends first."""

        def came() -> bool:
            return set(event_types) <= {_event_type(body) for body in self._of(message_id)}

        with self._changed:
            return self._changed.wait_for(came, PATIENCE)

    def _of(self, message_id: str) -> list[str]:
        return [body for body in self._bodies if f'"{message_id}"' in body]


def _event_type(body: str) -> str:
    return str(json.loads(body)["eventType"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """The running parts, and a client of SES as Bellhop's."""

    internet: Internet
    ses: SimpleEmailService
    client: Any
    events: Events

    def create_configuration_set(self, name: str, options: Mapping[str, Any]) -> None:
        """A configuration set whose events come here."""
        self.client.create_configuration_set(ConfigurationSetName=name, **options)
        self.client.create_configuration_set_event_destination(
            ConfigurationSetName=name,
            EventDestinationName="events",
            EventDestination={
                "Enabled": True,
                "MatchingEventTypes": list(_EVENT_TYPES),
                "SnsDestination": {"TopicArn": _TOPIC},
            },
        )

    def create_tenant(self, name: str, row: TenantCharacter) -> None:
        """A tenant in the standing of its row, with the ordinary sender and configuration set."""
        self.client.create_tenant(TenantName=name)
        resources = {"identity": "hotel-sol.test", "configuration-set": "ordinary"}
        for kind in row.associated:
            arn = f"arn:aws:ses:{REGION}:{ACCOUNT}:{kind}/{resources[kind]}"
            self.client.create_tenant_resource_association(TenantName=name, ResourceArn=arn)
        self.ses.tenants.become(name, name)


@contextmanager
def running(run_directory: Path) -> Iterator[Stage]:
    """Starts everything, with transcripts in `run_directory`; ends with the context."""
    events = Events()
    with (
        Internet.start(run_directory) as internet,
        SimpleEmailService.start(
            internet,
            REGION,
            ACCOUNT,
            authorize=_allow_all,
            publish=events.publish,
            run_directory=run_directory,
            settings=_SETTINGS,
        ) as ses,
    ):
        yield Stage(internet=internet, ses=ses, client=_client(ses.endpoint), events=events)


def _client(endpoint: str) -> Any:
    return boto3.client(
        "sesv2",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 (the local SES has no secrets)
        config=Config(retries={"total_max_attempts": 1}),
    )


_allow_all: Callable[..., list[str]] = lambda *_: []  # noqa: E731 (permissions are no character's business)
