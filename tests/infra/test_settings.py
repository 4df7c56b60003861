"""Every setting of a stage arrives where it works: a stage in which none has its default."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from infra.stage_file import STAGES
from tests.infra.conftest import Synthesise
from tests.infra.stages import read_stage
from tests.infra.templates import Template, mappings, only, resources, text, variables

UNUSUAL = """
account = "210987654321"
region = "eu-south-2"
[[senders]]
domain = "hotel.example"
tenant = "hotel-luna"
mail_from_subdomain = "returns"
dmarc_record = "v=DMARC1; p=reject"
[sending]
tls_policy = "require"
max_delivery_seconds = 3600
sandbox_recipients = ["guest@home.example"]
[api]
throttle_rate = 7
throttle_burst = 13
[functions]
send_concurrency = 3
ingest_concurrency = 4
ses_control_rate = 2
seconds_between_proofs = 60
queue_message_limit = 1000000
log_level = "WARNING"
log_retention_days = 90
[data]
record_days = 30
archive_days = 9
protected = false
encryption = "aws_managed"
[alarms]
topic_arns = ["arn:aws:sns:eu-south-2:210987654321:pager"]
transactional_queue_age_seconds = 2400
marketing_queue_age_seconds = 43200
events_queue_age_seconds = 480
"""


def concurrency(template: Template, name: str) -> list[int]:
    """Batches that Lambda hands to a function at once, from each of its queues."""
    found = mappings(template, name)
    return [mapping["ScalingConfig"]["MaximumConcurrency"] for mapping in found]


def delivery(template: Template, option: str) -> list[Any]:
    """A delivery option of each lane's configuration set."""
    configuration_sets = resources(template, "AWS::SES::ConfigurationSet").values()
    return [each["DeliveryOptions"][option] for each in configuration_sets]


def throttle(template: Template) -> dict[str, Any]:
    settings: dict[str, Any] = only(template, "AWS::ApiGatewayV2::Stage")[1]["DefaultRouteSettings"]
    return settings


def records(template: Template) -> str:
    (output,) = [
        text(each["Value"])
        for name, each in template["Outputs"].items()
        if name.startswith("DnsRecords")
    ]
    return output


def alarm_thresholds(template: Template) -> set[int]:
    return {
        alarm["Threshold"]
        for alarm in resources(template, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateAgeOfOldestMessage"
    }


def alarm_topics(template: Template) -> list[str]:
    alarms = resources(template, "AWS::CloudWatch::Alarm").values()
    return sorted({topic for alarm in alarms for topic in alarm["AlarmActions"]})


def granted(template: Template) -> str:
    return str(resources(template, "AWS::IAM::Policy"))


def table(template: Template) -> dict[str, Any]:
    return only(template, "AWS::DynamoDB::Table")[1]


def retention(template: Template) -> set[int]:
    logs = resources(template, "AWS::Logs::LogGroup").values()
    return {log["RetentionInDays"] for log in logs}


# The setting: where it must show in the template, and as what.
PLACES: dict[str, tuple[Callable[[Template], Any], Any]] = {
    "region": (lambda t: ":ses:eu-south-2:" in granted(t), True),
    "account": (lambda t: ":210987654321:identity/" in granted(t), True),
    "senders.tenant": (
        lambda t: only(t, "AWS::SES::Tenant")[1]["TenantName"],
        "bellhop_unusual_hotel-luna",
    ),
    "senders.mail_from_subdomain": (lambda t: "returns.hotel.example" in records(t), True),
    "senders.dmarc_record": (lambda t: "v=DMARC1; p=reject" in records(t), True),
    "sending.tls_policy": (lambda t: delivery(t, "TlsPolicy"), ["REQUIRE"] * 2),
    "sending.max_delivery_seconds": (lambda t: delivery(t, "MaxDeliverySeconds"), [3600] * 2),
    "sending.sandbox_recipients": (lambda t: "identity/guest@home.example" in granted(t), True),
    "api.throttle_rate": (lambda t: throttle(t)["ThrottlingRateLimit"], 7),
    "api.throttle_burst": (lambda t: throttle(t)["ThrottlingBurstLimit"], 13),
    "functions.send_concurrency": (lambda t: concurrency(t, "send"), [3, 3]),
    "functions.ingest_concurrency": (lambda t: concurrency(t, "ingest"), [4]),
    "functions.ses_control_rate": (
        lambda t: variables(t, "onboard")["BELLHOP_SES_CONTROL_RATE"],
        "2",
    ),
    "functions.seconds_between_proofs": (
        lambda t: variables(t, "onboard")["BELLHOP_SECONDS_BETWEEN_PROOFS"],
        "60",
    ),
    "functions.queue_message_limit": (
        lambda t: variables(t, "api")["BELLHOP_QUEUE_MESSAGE_LIMIT"],
        "1000000",
    ),
    "functions.log_level": (lambda t: variables(t, "send")["POWERTOOLS_LOG_LEVEL"], "WARNING"),
    "functions.log_retention_days": (retention, {90}),
    "data.record_days": (lambda t: variables(t, "ingest")["BELLHOP_RECORD_DAYS"], "30"),
    "data.archive_days": (
        lambda t: [
            rule["ExpirationInDays"]
            for rule in only(t, "AWS::S3::Bucket")[1]["LifecycleConfiguration"]["Rules"]
        ],
        [9],
    ),
    "data.protected": (lambda t: table(t)["DeletionProtectionEnabled"], False),
    "data.encryption": (lambda t: table(t)["SSESpecification"], {"SSEEnabled": True}),
    "alarms.topic_arns": (alarm_topics, ["arn:aws:sns:eu-south-2:210987654321:pager"]),
    "alarms.transactional_queue_age_seconds": (lambda t: 2400 in alarm_thresholds(t), True),
    "alarms.marketing_queue_age_seconds": (lambda t: 43200 in alarm_thresholds(t), True),
    "alarms.events_queue_age_seconds": (lambda t: 480 in alarm_thresholds(t), True),
}


@pytest.fixture(scope="module")
def unusual(synthesise: Synthesise, tmp_path_factory: pytest.TempPathFactory) -> Template:
    stage = read_stage(tmp_path_factory.mktemp("stages"), UNUSUAL, name="unusual")
    return synthesise(stage)["unusual"]


@pytest.mark.parametrize("setting", PLACES)
def test_a_setting_arrives_where_it_works(unusual: Template, setting: str) -> None:
    look, expected = PLACES[setting]
    assert look(unusual) == expected


def test_every_setting_has_its_place() -> None:
    written = tomllib.loads(UNUSUAL)
    names = {
        f"{table}.{name}"
        for table, settings in written.items()
        if isinstance(settings, dict | list)
        for name in (settings[0] if isinstance(settings, list) else settings)
    } | {name for name, value in written.items() if isinstance(value, str)}
    example = tomllib.loads((STAGES / "production.example.toml").read_text(encoding="utf-8"))
    assert set(written) == set(example)
    assert all(set(written[name]) == set(example[name]) for name in ("sending", "api", "data"))
    assert all(set(written[name]) == set(example[name]) for name in ("functions", "alarms"))
    assert names - {"senders.domain"} == set(PLACES)
