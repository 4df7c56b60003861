"""Import time of each function in a fresh process, against that of a bare boto3 client."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.table import Table

LAMBDAS = Path(__file__).parents[1] / "lambdas"
ROUNDS = 9
BARE = "import boto3; boto3.client('sqs')"
CODE = {
    "a boto3 client": BARE,
    "Powertools' resolver, boto3 and an `sesv2` client": (
        "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver; "
        "APIGatewayHttpResolver(); import boto3; boto3.client('sesv2')"
    ),
    "`ingest`": "import ingest.handler",
    "`send`": "import send.handler",
    "`api`": "import api.handler",
}
ENVIRONMENT = {
    "PYTHONPATH": str(LAMBDAS),
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "BELLHOP_STAGE": "bench",
    "BELLHOP_TABLE": "table",
    "BELLHOP_RECORD_DAYS": "400",
    "BELLHOP_TRANSACTIONAL_QUEUE_URL": "https://sqs.example/queue",
    "BELLHOP_TRANSACTIONAL_CONFIGURATION_SET": "transactional",
    "BELLHOP_MARKETING_QUEUE_URL": "https://sqs.example/marketing",
    "BELLHOP_MARKETING_CONFIGURATION_SET": "marketing",
    "BELLHOP_QUEUE_MESSAGE_LIMIT": "262144",
    "BELLHOP_ALLOW_RESERVED_DOMAINS": "false",
    "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Bellhop",
}


def run() -> Table:
    """The table of ratios: medians of rounds that time each once, so that drift is shared."""
    times: dict[str, list[float]] = {name: [] for name in CODE}
    for code in CODE.values():
        _seconds(code)  # writes the byte code
    for _ in range(ROUNDS):
        for name, code in CODE.items():
            times[name].append(_seconds(code))
    medians = {name: statistics.median(values) for name, values in times.items()}
    bare, peer = (medians[name] for name in list(CODE)[:2])
    return Table(
        title="Import time of a fresh process",
        header=["what is imported", "to a boto3 client", "to resolver + boto3 + `sesv2`"],
        rows=[
            [name, f"{value / bare:.2f}", f"{value / peer:.2f}"] for name, value in medians.items()
        ],
        note=f"Whole processes, Python's own start included; medians of {ROUNDS} rounds.",
    )


def _seconds(code: str) -> float:
    start = time.perf_counter()
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603 (ours)
    return time.perf_counter() - start
