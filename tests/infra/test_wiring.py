"""What leads where: from the CRM to SES, and from SES to the record."""

import json
from typing import Any

import pytest

from bellhop.settings import ApiSettings, IngestSettings, SendSettings, Settings
from infra import LAMBDAS
from infra.api import ACCESS_LOG_FORMAT
from tests.infra.templates import (
    Template,
    arn,
    function,
    only,
    resources,
    target,
    text,
    variables,
)

FORTNIGHT = 14 * 24 * 3600


def mapping(template: Template, name: str) -> dict[str, Any]:
    """The event source mapping of a function."""
    logical_id, _ = function(template, name)
    (found,) = [
        each
        for each in resources(template, "AWS::Lambda::EventSourceMapping").values()
        if target(each["FunctionName"]) == logical_id
    ]
    return found


def source(template: Template, name: str) -> dict[str, Any]:
    """The queue that feeds a function."""
    queue = target(mapping(template, name)["EventSourceArn"])
    return resources(template, "AWS::SQS::Queue")[queue]


@pytest.mark.parametrize(
    ("name", "memory", "timeout"), [("api", 512, 29), ("send", 256, 60), ("ingest", 256, 30)]
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
    [("api", ApiSettings), ("send", SendSettings), ("ingest", IngestSettings)],
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


def test_the_lane_feeds_send_in_small_batches(template: Template) -> None:
    lane = mapping(template, "send")
    assert lane["BatchSize"] == 10
    assert lane["ScalingConfig"] == {"MaximumConcurrency": 5}
    assert lane["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queue = source(template, "send")
    assert queue["VisibilityTimeout"] == 360
    assert queue["MessageRetentionPeriod"] == FORTNIGHT
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 100


def test_events_feed_ingest_in_large_batches(template: Template) -> None:
    events = mapping(template, "ingest")
    assert events["BatchSize"] == 100
    assert events["MaximumBatchingWindowInSeconds"] == 2
    assert events["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    queue = source(template, "ingest")
    assert queue["VisibilityTimeout"] == 180
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5


@pytest.mark.parametrize("name", ["send", "ingest"])
def test_what_a_queue_gives_up_is_kept_for_a_fortnight(template: Template, name: str) -> None:
    dead_letters = target(source(template, name)["RedrivePolicy"]["deadLetterTargetArn"])
    queue = resources(template, "AWS::SQS::Queue")[dead_letters]
    assert queue["MessageRetentionPeriod"] == FORTNIGHT
    assert "RedrivePolicy" not in queue


def test_ses_events_reach_the_queue_raw_or_are_kept(template: Template) -> None:
    topic, _ = only(template, "AWS::SNS::Topic")
    _, subscription = only(template, "AWS::SNS::Subscription")
    queue = target(mapping(template, "ingest")["EventSourceArn"])
    assert subscription["TopicArn"] == {"Ref": topic}
    assert subscription["Endpoint"] == arn(queue)
    assert subscription["RawMessageDelivery"] is True
    undelivered = target(subscription["RedrivePolicy"]["deadLetterTargetArn"])
    assert undelivered not in {
        queue,
        target(source(template, "ingest")["RedrivePolicy"]["deadLetterTargetArn"]),
    }
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


def test_only_ses_with_our_configuration_set_may_publish(template: Template) -> None:
    _, policy = only(template, "AWS::SNS::TopicPolicy")
    configuration_set, _ = only(template, "AWS::SES::ConfigurationSet")
    (allowed,) = [
        each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    ]
    assert allowed["Principal"] == {"Service": "ses.amazonaws.com"}
    assert allowed["Action"] == "sns:Publish"
    conditions = {
        key.lower(): text(each) for key, each in allowed["Condition"]["StringEquals"].items()
    }
    assert conditions == {
        "aws:sourceaccount": "123456789012",
        "aws:sourcearn": "arn:${AWS::Partition}:ses:eu-west-1:123456789012"
        f":configuration-set/${{{configuration_set}}}",
    }


def test_the_transactional_set_asks_for_seven_events_and_neither_open_nor_click(
    template: Template,
) -> None:
    configuration_set, properties = only(template, "AWS::SES::ConfigurationSet")
    assert properties["DeliveryOptions"] == {"MaxDeliverySeconds": 50_400, "TlsPolicy": "OPTIONAL"}
    assert properties["ReputationOptions"] == {"ReputationMetricsEnabled": True}
    assert properties["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}
    _, destination = only(template, "AWS::SES::ConfigurationSetEventDestination")
    assert destination["ConfigurationSetName"] == {"Ref": configuration_set}
    assert destination["EventDestination"]["Enabled"] is True
    assert set(destination["EventDestination"]["MatchingEventTypes"]) == {
        "send",
        "delivery",
        "bounce",
        "complaint",
        "deliveryDelay",
        "reject",
        "renderingFailure",
    }
    topic, _ = only(template, "AWS::SNS::Topic")
    assert target(destination["EventDestination"]["SnsDestination"]["TopicARN"]) == topic
    told = variables(template, "send")["BELLHOP_TRANSACTIONAL_CONFIGURATION_SET"]
    assert told == {"Ref": configuration_set}


def test_ses_may_publish_before_it_is_told_to(template: Template) -> None:
    policy, _ = only(template, "AWS::SNS::TopicPolicy")
    destination, _ = only(template, "AWS::SES::ConfigurationSetEventDestination")
    assert policy in template["Resources"][destination]["DependsOn"]


def test_every_route_of_the_api_leads_to_its_function(template: Template) -> None:
    api, _ = only(template, "AWS::ApiGatewayV2::Api")
    logical_id, _ = function(template, "api")
    integration, integrated = only(template, "AWS::ApiGatewayV2::Integration")
    _, route = only(template, "AWS::ApiGatewayV2::Route")
    assert route["RouteKey"] == "$default"
    assert text(route["Target"]) == f"integrations/${{{integration}}}"
    assert integrated["IntegrationUri"] == arn(logical_id)
    assert integrated["PayloadFormatVersion"] == "2.0"
    _, permission = only(template, "AWS::Lambda::Permission")
    assert target(permission["FunctionName"]) == logical_id
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert f"${{{api}}}/" in text(permission["SourceArn"])


def test_the_api_is_throttled_and_logs_no_personal_data(template: Template) -> None:
    _, stage = only(template, "AWS::ApiGatewayV2::Stage")
    assert stage["StageName"] == "$default"
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 100, "ThrottlingRateLimit": 50}
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert logged == ACCESS_LOG_FORMAT
    revealing = ("sourceIp", "path", "Path", "userAgent", "identity", "authorizer", "querystring")
    assert not [each for each in logged.values() if any(word in each for word in revealing)]


def test_outputs_name_what_operators_and_tests_need(template: Template) -> None:
    outputs = {
        name: target(each["Value"])
        for name, each in template["Outputs"].items()
        if not name.startswith("DnsRecords")
    }
    lane = target(variables(template, "send")["BELLHOP_TRANSACTIONAL_QUEUE_URL"])
    events = target(mapping(template, "ingest")["EventSourceArn"])
    queues = resources(template, "AWS::SQS::Queue")
    subscription = only(template, "AWS::SNS::Subscription")[1]
    assert outputs == {
        "ApiUrl": only(template, "AWS::ApiGatewayV2::Api")[0],
        "TableName": only(template, "AWS::DynamoDB::Table")[0],
        "TransactionalQueueUrl": lane,
        "TransactionalDeadLetterQueueUrl": target(
            queues[lane]["RedrivePolicy"]["deadLetterTargetArn"]
        ),
        "TransactionalConfigurationSet": only(template, "AWS::SES::ConfigurationSet")[0],
        "EventsTopicArn": only(template, "AWS::SNS::Topic")[0],
        "EventsQueueUrl": events,
        "EventsDeadLetterQueueUrl": target(queues[events]["RedrivePolicy"]["deadLetterTargetArn"]),
        "UndeliveredEventsQueueUrl": target(subscription["RedrivePolicy"]["deadLetterTargetArn"]),
        "DashboardName": only(template, "AWS::CloudWatch::Dashboard")[0],
    }
