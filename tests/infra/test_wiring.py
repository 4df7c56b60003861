"""What leads where: from the CRM to SES, and from SES to the record."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bellhop.domain.onboarding import next_look
from bellhop.settings import (
    ApiSettings,
    HandoverSettings,
    IngestSettings,
    OnboardSettings,
    SendSettings,
    Settings,
)
from infra import LAMBDAS
from infra.api import ACCESS_LOG_FORMAT
from tests.builders import NOW
from tests.infra.templates import (
    LANES,
    Template,
    arn,
    function,
    lane_configuration_set,
    lane_queue,
    mappings,
    only,
    resources,
    subscription,
    target,
    text,
    variables,
)

FORTNIGHT = 14 * 24 * 3600


def sources(template: Template, name: str) -> dict[str, dict[str, Any]]:
    """How each queue feeds a function: the event source mappings by the queue's logical id."""
    return {target(each["EventSourceArn"]): each for each in mappings(template, name)}


def events_queue(template: Template) -> str:
    """Logical id of the one queue that feeds `ingest`."""
    (queue,) = sources(template, "ingest")
    return queue


def dead_letters_of(template: Template, queue: str) -> str:
    """Logical id of the queue that a queue gives its messages up to."""
    redrive = resources(template, "AWS::SQS::Queue")[queue]["RedrivePolicy"]
    return target(redrive["deadLetterTargetArn"])


@pytest.mark.parametrize(
    ("name", "memory", "timeout"),
    [
        ("api", 512, 29),
        ("send", 256, 60),
        ("ingest", 256, 30),
        ("onboard", 256, 60),
        ("handover", 512, 29),
    ],
)
def test_a_function_runs_its_own_handler_from_the_shared_asset(
    template: Template, name: str, memory: int, timeout: int
) -> None:
    _, properties = function(template, name)
    assert (LAMBDAS / name / "handler.py").is_file()
    assert properties["MemorySize"] == memory
    assert properties["Timeout"] == timeout
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]
    assert properties["Layers"] == [{"Ref": only(template, "AWS::Lambda::LayerVersion")[0]}]
    assert properties["Code"] == function(template, "api")[1]["Code"]


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("api", ApiSettings),
        ("send", SendSettings),
        ("ingest", IngestSettings),
        ("onboard", OnboardSettings),
        ("handover", HandoverSettings),
    ],
)
def test_a_function_is_told_everything_that_it_reads(
    template: Template, name: str, settings: Any
) -> None:
    environment = {key: text(value) for key, value in variables(template, name).items()}
    on_lambda = {**environment, "AWS_REGION": "eu-west-1"}
    assert Settings.read(on_lambda).stage == "production"
    assert settings.read(on_lambda)
    assert environment["POWERTOOLS_SERVICE_NAME"] == name
    assert environment["POWERTOOLS_METRICS_NAMESPACE"] == "Bellhop"
    assert environment["POWERTOOLS_LOG_LEVEL"] == "INFO"


def test_the_lanes_alone_feed_send_and_api_fills_the_same(template: Template) -> None:
    lanes = [lane_queue(template, lane) for lane in LANES]
    assert len(set(lanes)) == len(LANES)
    assert list(sources(template, "send")) == lanes
    assert [lane_queue(template, lane, name="api") for lane in LANES] == lanes


@pytest.mark.parametrize("lane", LANES)
def test_a_lane_feeds_send_in_small_batches(template: Template, lane: str) -> None:
    logical_id = lane_queue(template, lane)
    source = sources(template, "send")[logical_id]
    assert source["BatchSize"] == 10
    # Of its own: Lambda shares it with no other lane.
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queue = resources(template, "AWS::SQS::Queue")[logical_id]
    assert queue["VisibilityTimeout"] == 360
    assert queue["MessageRetentionPeriod"] == FORTNIGHT
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 100


def test_events_feed_ingest_in_large_batches(template: Template) -> None:
    ((logical_id, events),) = sources(template, "ingest").items()
    assert events["BatchSize"] == 100
    assert events["MaximumBatchingWindowInSeconds"] == 2
    assert events["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queue = resources(template, "AWS::SQS::Queue")[logical_id]
    assert queue["VisibilityTimeout"] == 180
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5


def test_a_pending_domain_is_a_message_that_comes_again_for_days(template: Template) -> None:
    ((logical_id, jobs),) = sources(template, "onboard").items()
    assert jobs["BatchSize"] == 1
    assert jobs["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert target(variables(template, "api")["BELLHOP_SENDERS_QUEUE_URL"]) == logical_id
    assert target(variables(template, "onboard")["BELLHOP_SENDERS_QUEUE_URL"]) == logical_id
    queue = resources(template, "AWS::SQS::Queue")[logical_id]
    assert queue["VisibilityTimeout"] == 360
    waited, looks = timedelta(), 0
    while waited < timedelta(hours=80):
        waited += next_look(NOW, NOW + waited)
        looks += 1
    assert looks < queue["RedrivePolicy"]["maxReceiveCount"]


@pytest.mark.parametrize(("name", "number"), [("send", 2), ("ingest", 1), ("onboard", 1)])
def test_what_a_queue_gives_up_is_kept_for_a_fortnight(
    template: Template, name: str, number: int
) -> None:
    dead_letters = {dead_letters_of(template, queue) for queue in sources(template, name)}
    assert len(dead_letters) == number  # no queue shares its own with another
    for logical_id in dead_letters:
        queue = resources(template, "AWS::SQS::Queue")[logical_id]
        assert queue["MessageRetentionPeriod"] == FORTNIGHT
        assert "RedrivePolicy" not in queue


def test_ses_events_reach_the_queue_raw_or_are_kept(template: Template) -> None:
    topic, _ = only(template, "AWS::SNS::Topic")
    _, subscribed = subscription(template, "sqs")
    queue = events_queue(template)
    assert subscribed["TopicArn"] == {"Ref": topic}
    assert subscribed["Endpoint"] == arn(queue)
    assert subscribed["RawMessageDelivery"] is True
    undelivered = target(subscribed["RedrivePolicy"]["deadLetterTargetArn"])
    assert undelivered not in {queue, dead_letters_of(template, queue)}
    for reached in (queue, undelivered):
        assert allowed_senders(template, reached) == [
            ({"Service": "sns.amazonaws.com"}, {"ArnEquals": {"aws:SourceArn": {"Ref": topic}}})
        ]


def allowed_senders(template: Template, queue: str) -> list[tuple[Any, Any]]:
    """Principals and conditions of the statements that let somebody put into a queue."""
    return [
        (statement["Principal"], statement["Condition"])
        for policy in resources(template, "AWS::SQS::QueuePolicy").values()
        if policy["Queues"] == [{"Ref": queue}]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]


def test_only_ses_with_our_configuration_sets_may_publish(template: Template) -> None:
    _, policy = only(template, "AWS::SNS::TopicPolicy")
    allowed = [each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"]
    for statement in allowed:
        assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
        assert statement["Action"] == "sns:Publish"
    conditions = [
        {key.lower(): text(each) for key, each in statement["Condition"]["StringEquals"].items()}
        for statement in allowed
    ]
    assert conditions == [
        {
            "aws:sourceaccount": "123456789012",
            "aws:sourcearn": "arn:${AWS::Partition}:ses:eu-west-1:123456789012"
            f":configuration-set/${{{lane_configuration_set(template, lane)}}}",
        }
        for lane in LANES
    ]


OUTCOMES = {"delivery", "bounce", "complaint", "deliveryDelay", "reject", "renderingFailure"}


@pytest.mark.parametrize(
    ("lane", "events"), [("TRANSACTIONAL", {"send", *OUTCOMES}), ("MARKETING", OUTCOMES)]
)
def test_a_lanes_set_asks_for_what_its_emails_need_and_for_neither_open_nor_click(
    template: Template, lane: str, events: set[str]
) -> None:
    configuration_set = lane_configuration_set(template, lane)
    properties = resources(template, "AWS::SES::ConfigurationSet")[configuration_set]
    assert properties["DeliveryOptions"] == {"MaxDeliverySeconds": 50_400, "TlsPolicy": "OPTIONAL"}
    assert properties["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert properties["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    (destination,) = [
        each["EventDestination"]
        for each in resources(template, "AWS::SES::ConfigurationSetEventDestination").values()
        if each["ConfigurationSetName"] == {"Ref": configuration_set}
    ]
    assert destination["Enabled"] is True
    assert sorted(destination["MatchingEventTypes"]) == sorted(events)
    topic, _ = only(template, "AWS::SNS::Topic")
    assert target(destination["SnsDestination"]["TopicARN"]) == topic


def test_every_configuration_set_is_one_lanes(template: Template) -> None:
    configuration_sets = resources(template, "AWS::SES::ConfigurationSet")
    assert [lane_configuration_set(template, lane) for lane in LANES] == list(configuration_sets)
    destinations = resources(template, "AWS::SES::ConfigurationSetEventDestination")
    assert len(destinations) == len(LANES)


def test_ses_may_publish_before_it_is_told_to(template: Template) -> None:
    policy, _ = only(template, "AWS::SNS::TopicPolicy")
    destinations = resources(template, "AWS::SES::ConfigurationSetEventDestination")
    assert len(destinations) == len(LANES)
    for destination in destinations:
        assert policy in template["Resources"][destination]["DependsOn"]


ROUTES = {
    "$default": "api",
    "GET /s/{token}": "handover",
    "GET /s/assets/{name}": "handover",
}


def test_every_route_of_the_api_leads_to_its_function(template: Template) -> None:
    api, _ = only(template, "AWS::ApiGatewayV2::Api")
    integrations = resources(template, "AWS::ApiGatewayV2::Integration")
    functions = {name: function(template, name)[0] for name in set(ROUTES.values())}
    routes = {}
    for route in resources(template, "AWS::ApiGatewayV2::Route").values():
        integrated = integrations[text(route["Target"]).removeprefix("integrations/")[2:-1]]
        assert integrated["PayloadFormatVersion"] == "2.0"
        routes[route["RouteKey"]] = integrated["IntegrationUri"]
    assert routes == {key: arn(functions[name]) for key, name in ROUTES.items()}
    permissions = resources(template, "AWS::Lambda::Permission").values()
    assert {target(each["FunctionName"]) for each in permissions} == set(functions.values())
    for permission in permissions:
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert f"${{{api}}}/" in text(permission["SourceArn"])


def test_api_knows_where_its_links_lead(template: Template) -> None:
    api, _ = only(template, "AWS::ApiGatewayV2::Api")
    assert target(variables(template, "api")["BELLHOP_PUBLIC_URL"]) == api


def test_the_api_is_throttled_and_logs_no_personal_data(template: Template) -> None:
    _, stage = only(template, "AWS::ApiGatewayV2::Stage")
    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 50}
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert logged == ACCESS_LOG_FORMAT
    revealing = ("sourceIp", "path", "Path", "userAgent", "identity", "authorizer", "querystring")
    assert not [each for each in logged.values() if any(word in each for word in revealing)]


def test_outputs_name_what_operators_and_tests_need(template: Template) -> None:
    written = {
        name: each["Value"]
        for name, each in template["Outputs"].items()
        if not name.startswith("DnsRecords")
    }
    assert json.loads(written.pop("SenderTenants")) == {
        "hotel.example": "hotel-sol",
        "hotel-annex.example": "hotel-sol",
    }
    outputs = {name: target(value) for name, value in written.items()}
    transactional, marketing = (lane_queue(template, lane) for lane in LANES)
    events = events_queue(template)
    queue_subscription = subscription(template, "sqs")[1]
    archive_subscription = subscription(template, "firehose")[1]
    (senders,) = sources(template, "onboard")
    assert outputs == {
        "ApiUrl": only(template, "AWS::ApiGatewayV2::Api")[0],
        "TableName": only(template, "AWS::DynamoDB::Table")[0],
        "TransactionalQueueUrl": transactional,
        "TransactionalDeadLetterQueueUrl": dead_letters_of(template, transactional),
        "TransactionalConfigurationSet": lane_configuration_set(template, "TRANSACTIONAL"),
        "MarketingQueueUrl": marketing,
        "MarketingDeadLetterQueueUrl": dead_letters_of(template, marketing),
        "MarketingConfigurationSet": lane_configuration_set(template, "MARKETING"),
        "EventsTopicArn": only(template, "AWS::SNS::Topic")[0],
        "EventsQueueUrl": events,
        "EventsDeadLetterQueueUrl": dead_letters_of(template, events),
        "UndeliveredEventsQueueUrl": target(
            queue_subscription["RedrivePolicy"]["deadLetterTargetArn"]
        ),
        "UnarchivedEventsQueueUrl": target(
            archive_subscription["RedrivePolicy"]["deadLetterTargetArn"]
        ),
        "ArchiveBucketName": only(template, "AWS::S3::Bucket")[0],
        "SendersQueueUrl": senders,
        "SendersDeadLetterQueueUrl": dead_letters_of(template, senders),
        "DashboardName": only(template, "AWS::CloudWatch::Dashboard")[0],
    }
