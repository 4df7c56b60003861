"""A small stack that shows each mend of the emulator, without CDK."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from local.emulator import Emulator

FUNCTION_CODE = """
import importlib.util, json, time

def handler(event, context):
    if "sleep" in event:
        time.sleep(event["sleep"])
    print(json.dumps({
        "_aws": {
            "Timestamp": int(time.time() * 1000),
            "CloudWatchMetrics": [{
                "Namespace": "Probe",
                "Dimensions": [["service"], ["service", "reason"]],
                "Metrics": [{"Name": "Handled", "Unit": "Count"}],
            }],
        },
        "service": "probe", "reason": "called", "Handled": [1, 2],
    }))
    return {"site_packages_visible": importlib.util.find_spec("ministack") is not None}
"""

TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
CONSUME = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


def _attribute(resource: str, name: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [resource, name]}


def _policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


TABLE = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
}
RECOVERY = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
ROLE = {
    "AssumeRolePolicyDocument": _policy(
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ),
    "Policies": [
        {
            "PolicyName": "log",
            "PolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                    "Resource": "*",
                },
            ),
        },
        {
            "PolicyName": "consume",
            "PolicyDocument": _policy(
                {"Effect": "Allow", "Action": CONSUME, "Resource": _attribute("Queue", "Arn")},
            ),
        },
        {
            "PolicyName": "send",
            "PolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Action": "ses:SendEmail",
                    "Resource": "arn:aws:ses:*:*:identity/hotel-sol.test",
                    "Condition": {"StringLike": {"ses:FromAddress": "*@hotel-sol.test"}},
                },
            ),
        },
    ],
}

RESOURCES = {
    "Table": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE | RECOVERY},
    "GlobalTable": {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": TABLE | {"Replicas": [{"Region": "eu-west-1"} | RECOVERY]},
    },
    "Queue": {"Type": "AWS::SQS::Queue", "Properties": {}},
    "QueuePolicy": {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": _policy(TLS_ONLY)},
    },
    "Topic": {"Type": "AWS::SNS::Topic", "Properties": {}},
    "TopicPolicy": {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {
            "Topics": [{"Ref": "Topic"}],
            "PolicyDocument": _policy(
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ses.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": {"Ref": "Topic"},
                    "Condition": {
                        "ArnEquals": {
                            "aws:SourceArn": "arn:aws:ses:eu-west-1:000000000000:"
                            "configuration-set/transactional"
                        }
                    },
                }
            ),
        },
    },
    "Role": {"Type": "AWS::IAM::Role", "Properties": ROLE},
    "Function": {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.13",
            "Handler": "index.handler",
            "Timeout": 60,
            "Role": _attribute("Role", "Arn"),
            "Code": {"ZipFile": FUNCTION_CODE},
        },
    },
    "EventSource": {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {
            "FunctionName": {"Ref": "Function"},
            "EventSourceArn": _attribute("Queue", "Arn"),
        },
    },
    "Api": {
        "Type": "AWS::ApiGatewayV2::Api",
        "Properties": {"Name": "probe", "ProtocolType": "HTTP"},
    },
}
OUTPUTS = {
    "Table": {"Value": {"Ref": "Table"}},
    "GlobalTable": {"Value": {"Ref": "GlobalTable"}},
    "QueueUrl": {"Value": {"Ref": "Queue"}},
    "QueueName": {"Value": _attribute("Queue", "QueueName")},
    "TopicArn": {"Value": {"Ref": "Topic"}},
    "Role": {"Value": {"Ref": "Role"}},
    "Function": {"Value": {"Ref": "Function"}},
    "EventSource": {"Value": {"Ref": "EventSource"}},
    "ApiEndpoint": {"Value": _attribute("Api", "ApiEndpoint")},
}


def deploy(emulator: Emulator) -> dict[str, str]:
    """Create the stack and return its outputs by name."""
    cloudformation = emulator.session.client("cloudformation")
    template = json.dumps({"Resources": RESOURCES, "Outputs": OUTPUTS})
    cloudformation.create_stack(
        StackName="probe", TemplateBody=template, Capabilities=["CAPABILITY_IAM"]
    )
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName="probe", WaiterConfig={"Delay": 1}
    )
    (stack,) = cloudformation.describe_stacks(StackName="probe")["Stacks"]
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def eventually(check: Callable[[], Any], *, seconds: float = 20) -> Any:
    """What ``check`` returns once that is true; AWS announces no change, so it is asked again."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {check.__name__}"
        time.sleep(0.1)
    return found
