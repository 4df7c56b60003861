"""Finds a stage's deployment: what CloudFormation named, ops asks it for."""

import argparse
import os
from collections.abc import Mapping

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from bellhop.store import table


class OperatorError(Exception):
    """What an operator can mend, in a sentence."""


def add_stage(parser: argparse.ArgumentParser) -> None:
    """The option that every command has."""
    parser.add_argument(
        "--stage", default="dev", help="stage whose deployment to use (default: dev)"
    )


def aws() -> boto3.Session:
    """The operator's AWS. boto3 reads AWS_DEFAULT_REGION; the CLI and CDK set AWS_REGION too."""
    return boto3.Session(region_name=os.environ.get("AWS_REGION"))


def open_deployment(stage: str) -> Mapping[str, str]:
    """The outputs of the stage's stack, its table bound for the stores.

    Credentials and region are those of the AWS CLI (AWS_PROFILE, AWS_REGION, …).

    Raises:
        OperatorError: no such stack, or AWS did not answer.
    """
    session = aws()
    if session.region_name is None:
        raise OperatorError(
            "no AWS region is set; set AWS_REGION or choose a profile that has one."
        )
    stack = f"Bellhop-{stage}"
    try:
        answer = session.client("cloudformation").describe_stacks(StackName=stack)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise OperatorError(
            f"there is no stack {stack} in {session.region_name} ({code})."
            f" Deploy it with 'cdk deploy -c stage={stage}', or name another --stage."
        ) from error
    except BotoCoreError as error:
        raise OperatorError(f"AWS did not answer: {error}") from error
    outputs = {
        output["OutputKey"]: output["OutputValue"] for output in answer["Stacks"][0]["Outputs"]
    }
    table.bind(outputs["TableName"], session.region_name)
    return outputs
