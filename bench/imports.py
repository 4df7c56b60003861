"""What a fresh process takes to import each function, and until it could work on an event.

PynamoDB makes its client with the first call, boto3 makes it when it is asked to. So there are two
figures: imported, and with the client that the first event needs.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from bellhop.domain.emails import EmailClass
from bench.table import Table

LAMBDAS = Path(__file__).parents[1] / "lambdas"
ROUNDS = 9
RESOLVER = (
    "from aws_lambda_powertools.event_handler import APIGatewayHttpResolver; "
    "APIGatewayHttpResolver(); import boto3"
)
PYNAMODB = "from bellhop.store import table; table.Item._get_connection().connection.client"
PEER = "Powertools' resolver, boto3, an `sesv2` client"
# What is imported, and what makes the client.
CODE = {
    "boto3, an `sqs` client": ("import boto3", "boto3.client('sqs')"),
    PEER: (RESOLVER, "boto3.client('sesv2')"),
    "`ingest`": ("import ingest.handler", PYNAMODB),
    "`send`": ("import send.handler", PYNAMODB),
    "`api`": ("import api.handler", PYNAMODB),
}
LANE = {
    "QUEUE_URL": "https://sqs.example/queue",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "CONFIGURATION_SET": "set",
    "WINDOW_SECONDS": "900",
}
ENVIRONMENT = {
    **{f"BELLHOP_{each.name}_{name}": value for each in EmailClass for name, value in LANE.items()},
    "BELLHOP_LEASE_SECONDS": "90",
    "BELLHOP_CONCURRENCY": "2",
    "PYTHONPATH": str(LAMBDAS),
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "BELLHOP_STAGE": "bench",
    "BELLHOP_TABLE": "table",
    "BELLHOP_RECORD_DAYS": "400",
    "BELLHOP_PUBLIC_URL": "https://api.example",
    "BELLHOP_QUEUE_MESSAGE_LIMIT": "262144",
    "BELLHOP_ALLOW_RESERVED_DOMAINS": "false",
    "BELLHOP_EVENTS_DEAD_LETTER_QUEUE_URL": "https://sqs.example/dead",
    "BELLHOP_SENDERS_QUEUE_URL": "https://sqs.example/senders",
    "POWERTOOLS_SERVICE_NAME": "bench",
    "POWERTOOLS_METRICS_NAMESPACE": "Bellhop",
}


def run() -> Table:
    """The table of ratios: medians of rounds that time each once, so that drift is shared."""
    programs = {
        (name, is_ready): f"{imports}; {client}" if is_ready else imports
        for name, (imports, client) in CODE.items()
        for is_ready in (False, True)
    }
    times: dict[tuple[str, bool], list[float]] = {each: [] for each in programs}
    for code in programs.values():
        seconds(code)  # writes the byte code
    for _ in range(ROUNDS):
        for each, code in programs.items():
            times[each].append(seconds(code))
    base = statistics.median(times[PEER, True])

    def ratio(name: str, is_ready: bool) -> str:
        return f"{statistics.median(times[name, is_ready]) / base:.2f}"

    return Table(
        title="A fresh process, until it is imported and until it could work",
        header=["program", "imported", "with its client"],
        rows=[[name, ratio(name, False), ratio(name, True)] for name in CODE],
        note=f"CPU time of whole processes, Python's own start included, to that of {PEER}; "
        f"medians of {ROUNDS} rounds.",
    )


def seconds(code: str) -> float:
    """CPU seconds of a process: they say the same on a machine that has other work."""
    environment = {"PATH": os.environ["PATH"], **ENVIRONMENT}
    start = _children()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)  # noqa: S603 (ours)
    return _children() - start


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
