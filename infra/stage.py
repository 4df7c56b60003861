"""The configuration of a stage, typed, with defaults; infra/stage_file.py reads it.

A stage is one complete Bellhop: one stack with its own table, queues and API. Several live side by
side in one account and region, because nothing in the stack has a fixed name except the SES
identities (see `Sender.identity`) and tenants, whose names hold the stage's.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from bellhop.domain.keys import TENANT
from infra.platforms import LAMBDA, Platform, host
from infra.settings import OneOf, Text, Whole

_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"({_LABEL}\.)+{_LABEL}"
_TOPIC = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+"

Account = Annotated[str, Text(r"\d{12}", "the 12 digits of an AWS account")]
Region = Annotated[str, Text(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region such as eu-west-1")]
Label = Annotated[str, Text(_LABEL, "one lower-case DNS label such as bounce")]
Tenant = Annotated[str, Text(TENANT.pattern, "1 to 40 of a-z, 0-9 and - such as hotel-sol")]
Domain = Annotated[str, Text(_DOMAIN, "a lower-case domain name such as hotel.example")]
Identity = Annotated[str, Text(rf"([^@\s]+@)?{_DOMAIN}", "an email address or a lower-case domain")]
DmarcRecord = Annotated[str, Text(r"v=DMARC1;.+", "a record that begins with v=DMARC1;")]
TopicArn = Annotated[str, Text(_TOPIC, "the ARN of an SNS topic")]
Resolver = Annotated[str, Text(r"[\d.]+:\d+", "an IPv4 address and a port, 127.0.0.1:5353")]
Endpoint = Annotated[str, Text(r"https?://[^\s/]+", "an URL without a path, http://127.0.0.1:8025")]
LogRetention = Annotated[int, OneOf((1, 3, 5, 7, 14, 30, 60, 90, 180, 365, 400), "days")]
QueueAge = Annotated[int, Whole(60, 86_400, "seconds")]
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
Concurrency = Annotated[int, Whole(2, 1_000, "batches")]


class IdentityOrigin(StrEnum):
    """Who makes the SES identity of a sender."""

    # This stack makes it, and deletes it with itself.
    CREATE = "create"
    # It is already in this account and region: by another stage, by hand, by another system.
    EXISTING = "existing"


class TlsPolicy(StrEnum):
    """What SES does about servers that offer no TLS."""

    REQUIRE = "require"
    OPTIONAL = "optional"


class Encryption(StrEnum):
    """Whose key encrypts the table at rest."""

    AWS_OWNED = "aws_owned"
    AWS_MANAGED = "aws_managed"


class LogLevel(StrEnum):
    """The least important line that a function logs."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """A domain that hotels of this stage send from."""

    # The domain after the @ of the From address.
    domain: Domain
    # Whose it is: the hotel, or the chain, by the id that its API keys carry.
    tenant: Tenant
    # Bounces return to <this>.<domain>. It carries an MX and a TXT record of its own, so it must be
    # used for nothing else. https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
    mail_from_subdomain: Label = "bounce"
    # SES knows a domain once per account and region: the second stage there says "existing".
    identity: IdentityOrigin = IdentityOrigin.CREATE
    # The proposal for _dmarc.<domain> where the domain has none: RFC 9989; p=none only reports.
    dmarc_record: DmarcRecord = "v=DMARC1; p=none"

    @property
    def mail_from_domain(self) -> str:
        """The domain of the envelope sender, which SPF is checked against."""
        return f"{self.mail_from_subdomain}.{self.domain}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingSettings:
    """How SES sends."""

    # "require" bounces what a server without TLS would get in plain text; most hotels want it
    # delivered.
    tls_policy: TlsPolicy = TlsPolicy.OPTIONAL
    # Seconds that SES keeps trying before it gives up; 300 to 50,400 (14 h), which is SES's own
    # default. https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html
    max_delivery_seconds: Annotated[int, Whole(300, 50_400, "seconds")] = 50_400
    # Only while the account is in SES's sandbox: the verified addresses or domains that may be
    # mailed. There SES asks for the caller's permission on the *recipient's* identity too.
    sandbox_recipients: tuple[Identity, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiSettings:
    """The HTTP API that the CRM calls."""

    # Requests a second over all clients; above it API Gateway answers 429.
    throttle_rate: Annotated[int, Whole(1, 10_000, "requests a second")] = 50
    # Requests that may come at once before the rate counts.
    throttle_burst: Annotated[int, Whole(1, 5_000, "requests")] = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionSettings:
    """How much runs at the same time, and what it says about it."""

    # Batches of each lane's queue in work at once, 10 emails each: SES's own rate is the real
    # limit.
    send_concurrency: Concurrency = 2
    # Batches of the event queue in work at once, up to 100 events each.
    ingest_concurrency: Concurrency = 5
    # Calls a second by which a worker sets sending domains up in SES, whose control plane takes
    # about one of the whole account.
    ses_control_rate: Annotated[int, Whole(1, 100, "calls a second")] = 1
    # Seconds after one look that speaks against a sender's DNS before the next one counts; at the
    # third its marketing stops.
    seconds_between_proofs: Annotated[int, Whole(1, 21_600, "seconds")] = 600
    # Bytes of one queue message. SQS took 262,144 until August 2025 and takes 1,048,576 since.
    queue_message_limit: Annotated[int, Whole(65_536, 1_048_576, "bytes")] = 262_144
    log_level: LogLevel = LogLevel.INFO
    # Days that log lines are kept; CloudWatch knows only certain numbers.
    log_retention_days: LogRetention = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """What is kept, and how."""

    # Days after which a delivery record expires. Suppression and consent never do. A record must
    # outlive every copy of its email's queue message (14 days), or that would be sent again.
    record_days: Annotated[int, Whole(18, 3_650, "days")] = 400
    # Days that the archive of events keeps them. They name guests, and an erasure does not reach
    # into it: a month is what the GDPR gives (article 12, paragraph 3).
    archive_days: Annotated[int, Whole(1, 3_650, "days")] = 30
    # true: table, archive and logs survive `cdk destroy`, and neither table nor stack is deleted by
    # mistake.
    protected: bool = True
    encryption: Encryption = Encryption.AWS_OWNED


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """When somebody is told, and how."""

    # SNS topics that hear of every alarm and of its end; none: alarms are seen on the dashboard
    # only.
    topic_arns: tuple[TopicArn, ...] = ()
    # Age of the oldest unsent email. Well above 15 minutes, for an email whose sending is uncertain
    # stays in the queue that long on purpose.
    transactional_queue_age_seconds: QueueAge = 1_800
    # The same of marketing email, which waits behind nobody's booking but for a quota at times.
    marketing_queue_age_seconds: QueueAge = 21_600
    # Age of the oldest event that is not on its record yet.
    events_queue_age_seconds: QueueAge = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSettings:
    """What is different when a stage runs in the local world; a stage on AWS has no such table."""

    # Where SES answers. The local world gives its own with `-c sesv2_endpoint=…`.
    sesv2_endpoint: Endpoint
    # Where DNS answers, resolver and name servers in one; likewise, with `-c dns_resolver=…`.
    dns_resolver: Resolver
    # Whether domains that can never exist in public DNS (RFC 2606: .test, .example) may be mailed.
    allow_reserved_domains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One complete Bellhop and everything that is particular to it."""

    # The file's name without .toml; in the stack's name and in every metric.
    name: str
    # When given, deploying anywhere else is refused; else the caller's credentials decide.
    account: Account | None = None
    region: Region | None = None
    senders: tuple[Sender, ...] = ()
    sending: SendingSettings = field(default_factory=SendingSettings)
    api: ApiSettings = field(default_factory=ApiSettings)
    functions: FunctionSettings = field(default_factory=FunctionSettings)
    data: DataSettings = field(default_factory=DataSettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    local: LocalSettings | None = None

    @property
    def stack_name(self) -> str:
        """The name of the stage's CloudFormation stack."""
        return f"Bellhop-{self.name}"

    @property
    def platform(self) -> Platform:
        """What the functions' dependencies are built for."""
        return host() if self.local else LAMBDA

    @property
    def endpoints(self) -> dict[str, str]:
        """Environment variables that lead elsewhere than to AWS and public DNS; none on AWS."""
        if self.local is None:
            return {}
        return {
            "AWS_ENDPOINT_URL_SESV2": self.local.sesv2_endpoint,
            "BELLHOP_DNS_RESOLVER": self.local.dns_resolver,
        }

    @property
    def allow_reserved_domains(self) -> bool:
        """Whether .test and its kind may be mailed."""
        return self.local is not None and self.local.allow_reserved_domains
