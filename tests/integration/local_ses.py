"""What the tests of the local SES share: a running one, a client of it, and its events."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from typing import Any

import boto3
from botocore.config import Config

from local.internet import Internet
from local.ses import Disturbance, Settings, SimpleEmailService

REGION = "eu-west-1"
ACCOUNT = "123456789012"
DOMAIN = "hotel-sol.test"
SENDER = "Hotel Sol <reservas@hotel-sol.test>"
CONFIGURATION_SET = "transactional"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:email-events"
EVENT_TYPES = [
    "SEND",
    "DELIVERY",
    "BOUNCE",
    "COMPLAINT",
    "DELIVERY_DELAY",
    "REJECT",
    "RENDERING_FAILURE",
]
WAIT_SECONDS = 20.0
"""Longer than anything here takes; a test that waits for it fails."""


@dataclass(slots=True)
class Topic:
    """Takes what is published to topics, and lets a test wait for it."""

    published: list[tuple[str, str, str]] = field(default_factory=list)
    """(topic, configuration set, message) in order of arrival."""
    refuses: Callable[[str], bool] = lambda _: False
    _changed: Condition = field(default_factory=Condition)

    def publish(self, topic_arn: str, configuration_set: str, message: str) -> None:
        """Stands for SNS; raises for a topic that `refuses` names."""
        if self.refuses(topic_arn):
            raise PermissionError(f"{topic_arn} lets SES not publish")
        with self._changed:
            self.published.append((topic_arn, configuration_set, message))
            self._changed.notify_all()

    def events(self, message_id: str | None = None) -> list[dict[str, Any]]:
        """The events so far, of one message or of all."""
        documents = [json.loads(m) for _, _, m in list(self.published) if m.startswith("{")]
        return [d for d in documents if message_id in (None, d["mail"]["messageId"])]

    def wait_for(self, message_id: str, event_type: str, count: int = 1) -> dict[str, Any]:
        """The `count`-th event of that type about a message; fails when it does not come."""

        def found() -> list[dict[str, Any]]:
            return [e for e in self.events(message_id) if e["eventType"] == event_type]

        with self._changed:
            came = self._changed.wait_for(lambda: len(found()) >= count, WAIT_SECONDS)
        assert came, f"no {event_type} of {message_id} among {self.types(message_id)}"
        return found()[count - 1]

    def types(self, message_id: str) -> list[str]:
        """The types of a message's events so far."""
        return [event["eventType"] for event in self.events(message_id)]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSes:
    """A running SES with the internet around it."""

    internet: Internet
    service: SimpleEmailService
    client: Any
    topic: Topic
    run_directory: Path

    def send(self, recipient: str, **changes: Any) -> str:
        """Sends a small message and answers its id; `changes` are parameters of SendEmail."""
        request: dict[str, Any] = {
            "FromEmailAddress": SENDER,
            "Destination": {"ToAddresses": [recipient]},
            "Content": simple("Your booking"),
            "ConfigurationSetName": CONFIGURATION_SET,
            "EmailTags": [{"Name": "email", "Value": "e-1"}],
        }
        answer = self.client.send_email(**{**request, **changes})
        return str(answer["MessageId"])


def simple(subject: str, text: str = "See you soon.") -> dict[str, Any]:
    """`Content` of a message with one text."""
    return {"Simple": {"Subject": {"Data": subject}, "Body": {"Text": {"Data": text}}}}


def raw(headers: Mapping[str, str], body: str = "See you soon.\r\n") -> dict[str, Any]:
    """`Content` of a raw message."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return {"Raw": {"Data": f"{lines}\r\n{body}".encode()}}


def allow_all(
    access_key: str, action: str, resources: list[str], context: dict[str, Any]
) -> list[str]:
    """An IAM that denies nothing."""
    del access_key, action, resources, context
    return []


@contextmanager
def running(
    run_directory: Path,
    *,
    settings: Settings | None = None,
    disturbance: Disturbance | None = None,
    authorize: Callable[[str, str, list[str], dict[str, Any]], list[str]] = allow_all,
    identify: Callable[[str], str] | None = None,
) -> Iterator[LocalSes]:
    """A local SES without any resource."""
    topic = Topic()
    with (
        Internet.start(run_directory) as internet,
        SimpleEmailService.start(
            internet,
            REGION,
            ACCOUNT,
            authorize=authorize,
            publish=topic.publish,
            run_directory=run_directory,
            identify=identify,
            settings=settings,
            disturbance=disturbance,
        ) as service,
    ):
        yield LocalSes(
            internet=internet,
            service=service,
            client=client_of(service.endpoint),
            topic=topic,
            run_directory=run_directory,
        )


def client_of(endpoint: str, access_key: str = "AKIAIOSFODNN7EXAMPLE") -> Any:
    """An SESv2 client that tries once."""
    return boto3.client(
        "sesv2",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key="none",
        config=Config(retries={"total_max_attempts": 1}),
    )


def set_up_sender(ses: LocalSes, domain: str = DOMAIN) -> None:
    """A verified domain with its MAIL FROM, and a configuration set with all its events."""
    answer = ses.client.create_email_identity(EmailIdentity=domain)
    publish_dkim(ses, domain, answer["DkimAttributes"]["Tokens"])
    publish_mail_from(ses, f"bounce.{domain}")
    ses.internet.dns.publish(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=reject")
    ses.client.put_email_identity_mail_from_attributes(
        EmailIdentity=domain, MailFromDomain=f"bounce.{domain}"
    )
    ses.client.create_configuration_set(ConfigurationSetName=CONFIGURATION_SET)
    ses.client.create_configuration_set_event_destination(
        ConfigurationSetName=CONFIGURATION_SET,
        EventDestinationName="events",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": EVENT_TYPES,
            "SnsDestination": {"TopicArn": TOPIC},
        },
    )


def publish_dkim(ses: LocalSes, domain: str, tokens: list[str]) -> None:
    """The three CNAMEs of Easy DKIM."""
    for token in tokens:
        target = f"{token}.dkim.amazonses.com"
        ses.internet.dns.publish(f"{token}._domainkey.{domain}", "CNAME", target)


def publish_mail_from(ses: LocalSes, domain: str) -> None:
    """The MX and SPF records of a MAIL FROM domain."""
    ses.internet.dns.publish(domain, "MX", f"10 feedback-smtp.{REGION}.amazonses.com")
    ses.internet.dns.publish(domain, "TXT", "v=spf1 include:amazonses.com ~all")
