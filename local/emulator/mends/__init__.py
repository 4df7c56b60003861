"""What ministack does otherwise than AWS and the local world cannot do without.

Each mend replaces one behaviour inside the emulator's process, before it serves; nothing under
lambdas/ or infra/ knows of them. The row says what is wrong without it. Not mended: SQS has no
StartMessageMoveTask; an event source takes at most 10 messages at once and no batching window; a
subscription's dead-letter queue is never used; alarms take no metric math, dashboards no SEARCH.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from local.emulator.mends import (
    alarms,
    archives,
    dynamodb,
    event_sources,
    firehose,
    functions,
    http_api,
    logs,
    metrics,
    ses,
    sqs,
    transport,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """One replaced behaviour: why, and the function that replaces it in this process."""

    reason: str
    install: Callable[[], None]


MENDS = (
    Mend(
        reason="An alarm is judged by every metric of its name, over all its periods at once",
        install=alarms.install,
    ),
    Mend(
        reason="Policies that allow TLS only would refuse the loopback's plain HTTP",
        install=transport.install,
    ),
    Mend(
        reason="TimeToLiveSpecification and point-in-time recovery of a template are ignored",
        install=dynamodb.install,
    ),
    Mend(
        reason="A queue's event source delivers although the function's role may not receive",
        install=event_sources.install,
    ),
    Mend(
        reason="A topic has no way to a Firehose stream, which gathers and compresses nothing",
        install=firehose.install,
    ),
    Mend(
        reason="SQS's batch operations ask for actions that AWS does not have",
        install=sqs.install,
    ),
    Mend(
        reason="A function's log is written although its role may not write it",
        install=logs.install,
    ),
    Mend(
        reason="Functions import the emulator's own packages, so an unbundled one is not missed",
        install=functions.install,
    ),
    Mend(
        reason="Each environment of a function unpacks and compiles a layer of its own",
        install=archives.install,
    ),
    Mend(
        reason="An HTTP API's endpoint is under .localhost, which many resolvers do not know",
        install=http_api.install,
    ),
    Mend(
        reason="Neither log lines in the embedded metric format nor queues make metrics",
        install=metrics.install,
    ),
)


def install(ses_endpoint: str | None) -> None:
    """Install every mend; SES resources of a stack go to ``ses_endpoint`` where there is one."""
    for mend in MENDS:
        mend.install()
    if ses_endpoint:
        ses.install(ses_endpoint)
