"""What each function is told by its environment, read once at cold start.

infra/ writes these names; a missing one fails the cold start with its name.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bellhop.domain.emails import EmailClass


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise RuntimeError(f"The environment variable {name} is not set; infra/ sets it.")
    return value


def _by_class(environment: Mapping[str, str], name: str) -> dict[EmailClass, str]:
    """``BELLHOP_TRANSACTIONAL_<name>`` and its sisters."""
    return {each: _required(environment, f"BELLHOP_{each.name}_{name}") for each in EmailClass}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What every function is told.

    Attributes:
        stage: name of the deployment's stage.
        region: AWS region.
        table: name of the table.
        record_lifetime: how long delivery records are kept.
    """

    stage: str
    region: str
    table: str
    record_lifetime: timedelta

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings in ``environment``; RuntimeError names what is missing."""
        return cls(
            stage=_required(environment, "BELLHOP_STAGE"),
            region=_required(environment, "AWS_REGION"),
            table=_required(environment, "BELLHOP_TABLE"),
            record_lifetime=timedelta(days=int(_required(environment, "BELLHOP_RECORD_DAYS"))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """What the function ``api`` is told beside.

    Attributes:
        lanes: URL of each lane's queue.
        configuration_sets: name of each lane's.
        senders_queue: URL of the queue of ``onboard``.
        public_url: of the API itself, without a slash at the end.
        queue_message_limit: bytes that a queue message may have.
        allow_reserved_domains: whether RFC 2606's names may be mailed; only a local stage may.
    """

    lanes: Mapping[EmailClass, str]
    configuration_sets: Mapping[EmailClass, str]
    senders_queue: str
    public_url: str
    queue_message_limit: int
    allow_reserved_domains: bool

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "ApiSettings":
        """The settings in ``environment``; RuntimeError names what is missing."""
        allowed = _required(environment, "BELLHOP_ALLOW_RESERVED_DOMAINS")
        return cls(
            lanes=_by_class(environment, "QUEUE_URL"),
            configuration_sets=_by_class(environment, "CONFIGURATION_SET"),
            senders_queue=_required(environment, "BELLHOP_SENDERS_QUEUE_URL"),
            public_url=_required(environment, "BELLHOP_PUBLIC_URL"),
            queue_message_limit=int(_required(environment, "BELLHOP_QUEUE_MESSAGE_LIMIT")),
            allow_reserved_domains=allowed == "true",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSettings:
    """What the function ``send`` is told beside.

    Attributes:
        lanes: URL of each lane's queue.
        dead_letter_queues: of each lane, for what can't be worked on.
        configuration_sets: name of each lane's.
        lease: how long a claim holds; longer than the function may run.
        concurrency: batches that Lambda hands out at once, of each lane.
        windows: how long events of an attempt may take, for each lane: minutes where SES tells of
            each email that it took (Send), as long as SES may try to deliver where it does not.
    """

    lanes: Mapping[EmailClass, str]
    dead_letter_queues: Mapping[EmailClass, str]
    configuration_sets: Mapping[EmailClass, str]
    lease: timedelta
    concurrency: int
    windows: Mapping[EmailClass, timedelta]

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "SendSettings":
        """The settings in ``environment``; RuntimeError names what is missing."""
        windows = _by_class(environment, "WINDOW_SECONDS")
        return cls(
            lanes=_by_class(environment, "QUEUE_URL"),
            dead_letter_queues=_by_class(environment, "DEAD_LETTER_QUEUE_URL"),
            configuration_sets=_by_class(environment, "CONFIGURATION_SET"),
            concurrency=int(_required(environment, "BELLHOP_CONCURRENCY")),
            lease=timedelta(seconds=int(_required(environment, "BELLHOP_LEASE_SECONDS"))),
            windows={each: timedelta(seconds=int(text)) for each, text in windows.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardSettings:
    """What the function ``onboard`` is told beside.

    Attributes:
        queue: URL of its own queue.
        identities: ARN of an identity up to its name.
        configuration_sets: ARNs of the lanes'.
        calls_per_second: to SES's control plane, by each worker.
        between_proofs: how long after one look against a sender's DNS the next one counts.
        resolver: of DNS, as address:port; empty for the machine's own, as on AWS.
    """

    queue: str
    identities: str
    configuration_sets: tuple[str, ...]
    calls_per_second: int
    between_proofs: timedelta
    resolver: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "OnboardSettings":
        """The settings in ``environment``; RuntimeError names what is missing."""
        return cls(
            queue=_required(environment, "BELLHOP_SENDERS_QUEUE_URL"),
            identities=_required(environment, "BELLHOP_IDENTITIES_ARN"),
            calls_per_second=int(_required(environment, "BELLHOP_SES_CONTROL_RATE")),
            between_proofs=timedelta(
                seconds=int(_required(environment, "BELLHOP_SECONDS_BETWEEN_PROOFS"))
            ),
            configuration_sets=tuple(_by_class(environment, "CONFIGURATION_SET_ARN").values()),
            resolver=environment.get("BELLHOP_DNS_RESOLVER", ""),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSettings:
    """What the function ``handover`` is told beside.

    Attributes:
        resolver: of DNS, as address:port; empty for the machine's own, as on AWS.
    """

    resolver: str = ""

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "HandoverSettings":
        """The settings in ``environment``."""
        return cls(resolver=environment.get("BELLHOP_DNS_RESOLVER", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestSettings:
    """What the function ``ingest`` is told beside: where events go that cannot be read."""

    dead_letter_queue: str

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> "IngestSettings":
        """The settings in ``environment``; RuntimeError names what is missing."""
        return cls(dead_letter_queue=_required(environment, "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL"))
