"""The emulator behaves as AWS does where the project leans on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.emulator import Emulator
from local.emulator.authority import TopicRefusedError
from tests.integration.emulator_stack import CONSUME, deploy, eventually

IDENTITY = "arn:aws:ses:eu-west-1:000000000000:identity/hotel-sol.test"
CONFIGURATION_SET = "arn:aws:ses:eu-west-1:000000000000:configuration-set/transactional"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator.start(tmp_path_factory.mktemp("emulator")) as started:
        yield started


@pytest.fixture(scope="module")
def stack(emulator: Emulator) -> dict[str, str]:
    return deploy(emulator)


def invoke(emulator: Emulator, stack: dict[str, str]) -> dict[str, Any]:
    answer = emulator.session.client("lambda").invoke(FunctionName=stack["Function"], Payload=b"{}")
    assert "FunctionError" not in answer
    result: dict[str, Any] = json.loads(answer["Payload"].read())
    return result


def statistics(emulator: Emulator, namespace: str, name: str, **dimensions: str) -> dict[str, Any]:
    """Sum and count of a metric in the last hour; empty while it has no data."""
    now = datetime.now(UTC)
    answer = emulator.session.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=now - HOUR,
        EndTime=now + HOUR,
        Period=7200,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )
    return answer["Datapoints"][0] if answer["Datapoints"] else {}


def role_credentials(emulator: Emulator, stack: dict[str, str]) -> dict[str, str]:
    role = f"arn:aws:iam::000000000000:role/{stack['Role']}"
    session = emulator.session.client("sts").assume_role(RoleArn=role, RoleSessionName="probe")
    credentials: dict[str, str] = session["Credentials"]
    return credentials


def role_key(emulator: Emulator, stack: dict[str, str]) -> str:
    return role_credentials(emulator, stack)["AccessKeyId"]


def allow_role(
    emulator: Emulator, stack: dict[str, str], name: str, actions: str | list[str]
) -> None:
    """Give the function's role an inline policy for the queue."""
    queue = emulator.session.client("sqs").get_queue_attributes(
        QueueUrl=stack["QueueUrl"], AttributeNames=["QueueArn"]
    )
    resource = queue["Attributes"]["QueueArn"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    emulator.session.client("iam").put_role_policy(
        RoleName=stack["Role"],
        PolicyName=name,
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


@pytest.mark.parametrize("table", ["Table", "GlobalTable"])
def test_time_to_live_and_recovery_of_a_template_are_applied(
    emulator: Emulator, stack: dict[str, str], table: str
) -> None:
    dynamodb = emulator.session.client("dynamodb")
    name = stack[table]

    time_to_live = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]

    assert time_to_live == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_function_cannot_import_what_its_layers_do_not_bring(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    assert invoke(emulator, stack) == {"site_packages_visible": False}


def test_embedded_metric_becomes_one_metric_for_each_set_of_dimensions(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    invoke(emulator, stack)

    for dimensions in ({"service": "probe"}, {"service": "probe", "reason": "called"}):

        def counted(dimensions: dict[str, str] = dimensions) -> dict[str, Any]:
            return statistics(emulator, "Probe", "Handled", **dimensions)

        found = eventually(counted)
        assert found["Maximum"] == 2
        assert found["Sum"] / found["SampleCount"] == 1.5


def logged_lines(emulator: Emulator, stack: dict[str, str]) -> int:
    logs = emulator.session.client("logs")
    found = logs.filter_log_events(logGroupName=f"/aws/lambda/{stack['Function']}")
    return len(found["events"])


def test_function_whose_role_may_not_write_logs_has_none(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    invoke(emulator, stack)
    before = logged_lines(emulator, stack)
    iam, policy = emulator.session.client("iam"), {"RoleName": stack["Role"], "PolicyName": "log"}
    document = iam.get_role_policy(**policy)["PolicyDocument"]
    iam.delete_role_policy(**policy)

    invoke(emulator, stack)
    assert logged_lines(emulator, stack) == before

    iam.put_role_policy(**policy, PolicyDocument=json.dumps(document))
    invoke(emulator, stack)
    assert logged_lines(emulator, stack) > before


def kept_messages(sqs: Any, queue_url: str) -> int:
    """Messages that wait or are being received."""
    answer = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])["Attributes"]
    waiting, received = "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"
    return int(answer[waiting]) + int(answer[received])


def test_queue_of_a_function_without_permission_is_not_delivered_and_its_age_is_measured(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    sqs = emulator.session.client("sqs")
    functions = emulator.session.client("lambda")
    emulator.session.client("iam").delete_role_policy(RoleName=stack["Role"], PolicyName="consume")

    def refused() -> bool:
        mapping = functions.get_event_source_mapping(UUID=stack["EventSource"])
        return "sqs:ReceiveMessage" in mapping.get("LastProcessingResult", "")

    def measured() -> bool:
        age = statistics(
            emulator, "AWS/SQS", "ApproximateAgeOfOldestMessage", QueueName=stack["QueueName"]
        )
        return bool(age) and age["Maximum"] >= 1

    def delivered() -> bool:
        return kept_messages(sqs, stack["QueueUrl"]) == 0

    eventually(refused)
    sqs.send_message(QueueUrl=stack["QueueUrl"], MessageBody="{}")
    eventually(measured)
    assert kept_messages(sqs, stack["QueueUrl"]) == 1

    allow_role(emulator, stack, "consume", CONSUME)
    eventually(delivered)


def test_batch_of_messages_needs_the_action_of_one_message(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    credentials = role_credentials(emulator, stack)
    sqs = emulator.session.client(
        "sqs",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    batch = {
        "QueueUrl": stack["QueueUrl"],
        "Entries": [{"Id": "one", "MessageBody": "{}"}],
    }
    with pytest.raises(ClientError, match="not authorized"):
        sqs.send_message_batch(**batch)

    allow_role(emulator, stack, "send-message", "sqs:SendMessage")

    assert [each["Id"] for each in sqs.send_message_batch(**batch)["Successful"]] == ["one"]


def test_loopback_counts_as_tls_for_a_policy_that_demands_it(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    sqs = emulator.session.client("sqs")
    assert sqs.send_message(QueueUrl=stack["QueueUrl"], MessageBody="{}")["MessageId"]


def test_http_api_has_an_endpoint_that_needs_no_name_resolution(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    assert stack["ApiEndpoint"].startswith(f"{emulator.endpoint}/_aws/execute-api/")


@pytest.mark.parametrize(
    ("action", "sender", "denied"),
    [
        ("ses:SendEmail", "reservas@hotel-sol.test", [CONFIGURATION_SET]),
        ("ses:SendEmail", "reservas@hotel-mar.test", [IDENTITY, CONFIGURATION_SET]),
        ("ses:SendRawEmail", "reservas@hotel-sol.test", [IDENTITY, CONFIGURATION_SET]),
    ],
)
def test_authority_answers_what_the_roles_policy_denies(
    emulator: Emulator, stack: dict[str, str], action: str, sender: str, denied: list[str]
) -> None:
    key = role_key(emulator, stack)
    resources = [IDENTITY, CONFIGURATION_SET]
    context: dict[str, str | list[str]] = {"ses:FromAddress": sender}
    assert emulator.authority.denied(key, action, resources, context) == denied


def test_authority_names_the_principal_of_a_key(emulator: Emulator, stack: dict[str, str]) -> None:
    session = f"arn:aws:sts::000000000000:assumed-role/{stack['Role']}/probe"
    assert emulator.authority.identify(role_key(emulator, stack)) == session
    assert emulator.authority.identify("AKIAUNKNOWN") == "anonymous"


def test_authority_denies_everything_to_an_unknown_key(emulator: Emulator) -> None:
    assert emulator.authority.denied("AKIAUNKNOWN", "ses:SendEmail", [IDENTITY], {}) == [IDENTITY]


def test_authority_publishes_only_for_the_configuration_set_that_the_topic_names(
    emulator: Emulator, stack: dict[str, str]
) -> None:
    sqs, sns = emulator.session.client("sqs"), emulator.session.client("sns")
    queue_url = sqs.create_queue(QueueName="subscriber")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]
    allow_topic(sqs, queue_url, queue["QueueArn"], stack["TopicArn"])
    sns.subscribe(
        TopicArn=stack["TopicArn"],
        Protocol="sqs",
        Endpoint=queue["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )

    with pytest.raises(TopicRefusedError, match="configuration-set/marketing"):
        emulator.authority.publish(stack["TopicArn"], "marketing", "refused")
    emulator.authority.publish(stack["TopicArn"], "transactional", "an event")

    (message,) = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=10)["Messages"]
    assert message["Body"] == "an event"


def allow_topic(sqs: Any, queue_url: str, queue_arn: str, topic_arn: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {
            "ArnEquals": {"aws:SourceArn": topic_arn},
            "Bool": {"aws:SecureTransport": "true"},
        },
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue_url, Attributes={"Policy": policy})


def test_two_emulators_run_side_by_side(emulator: Emulator, tmp_path: Path) -> None:
    with Emulator.start(tmp_path) as second:
        second.session.client("sqs").create_queue(QueueName="only-here")
        assert second.endpoint != emulator.endpoint
        assert (
            not emulator.session.client("sqs")
            .list_queues(QueueNamePrefix="only-here")
            .get("QueueUrls")
        )


def test_an_alarm_looks_at_its_own_dimensions_only(emulator: Emulator) -> None:
    cloudwatch = emulator.session.client("cloudwatch")
    for name in ("quiet", "loud"):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="Trial",
            MetricName="Waiting",
            Dimensions=[{"Name": "QueueName", "Value": name}],
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.put_metric_data(
            Namespace="Trial",
            MetricData=[
                {
                    "MetricName": "Waiting",
                    "Dimensions": [{"Name": "QueueName", "Value": name}],
                    "Value": 5 if name == "loud" else 0,
                }
            ],
        )
    alarms = cloudwatch.describe_alarms(AlarmNames=["quiet", "loud"])["MetricAlarms"]
    states = {each["AlarmName"]: each["StateValue"] for each in alarms}
    assert states == {"quiet": "OK", "loud": "ALARM"}


def test_an_alarm_counts_its_periods_and_takes_silence_as_it_was_told(emulator: Emulator) -> None:
    cloudwatch = emulator.session.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="silence",
        Namespace="Trial",
        MetricName="Flow",
        Statistic="Sum",
        Period=3_600,
        EvaluationPeriods=6,
        DatapointsToAlarm=2,
        Threshold=0,
        ComparisonOperator="LessThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
    )

    def state_after(hours_ago: float) -> str:
        moment = datetime.now(UTC) - timedelta(hours=hours_ago)
        cloudwatch.put_metric_data(
            Namespace="Trial",
            MetricData=[{"MetricName": "Flow", "Value": 0, "Timestamp": moment}],
        )
        (alarm,) = cloudwatch.describe_alarms(AlarmNames=["silence"])["MetricAlarms"]
        return str(alarm["StateValue"])

    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["silence"])["MetricAlarms"]
    assert alarm["StateValue"] == "OK"
    assert [state_after(hours) for hours in (7.5, 0.5, 0.4, 3.5)] == ["OK", "OK", "OK", "ALARM"]
