"""``ops redrive``: shows what was put aside, and returns it to its queue.

SQS's own redrive returns everything or nothing, and knows nothing of the records: an email whose
record says that it failed must wait again before its message is worth returning.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from bellhop import clock
from bellhop.store.records import RecordStore
from ops.dead_letters import DeadLetter, as_json, letters
from ops.deployment import OperatorError, add_stage, aws, open_deployment

# The outputs that name each dead-letter queue and the queue that it is of.
QUEUES: Mapping[str, tuple[str, str]] = {
    "transactional": ("TransactionalDeadLetterQueueUrl", "TransactionalQueueUrl"),
    "marketing": ("MarketingDeadLetterQueueUrl", "MarketingQueueUrl"),
    "events": ("EventsDeadLetterQueueUrl", "EventsQueueUrl"),
    "undelivered": ("UndeliveredEventsQueueUrl", "EventsQueueUrl"),
}


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser(
        "redrive",
        help="show dead letters, and return them to their queues",
        description="Shows what the functions or SQS put aside. With --return it goes back to its "
        "queue, and an email's record waits again; what was sent meanwhile is not sent twice.",
    )
    add_stage(parser)
    parser.add_argument(
        "--queue",
        action="append",
        choices=list(QUEUES),
        help="which dead letters; repeat for more (default: all)",
    )
    parser.add_argument("--reason", default="", help="only those whose reason contains this")
    parser.add_argument("--tenant", default="", help="only those of this hotel")
    parser.add_argument("--email", default="", help="only those about this email, by its id")
    parser.add_argument("--limit", type=int, help="at most so many")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each")
    parser.add_argument(
        "--return", dest="returns", action="store_true", help="return them to their queues"
    )
    parser.set_defaults(run=redrive)


def redrive(options: argparse.Namespace) -> None:
    """Shows the chosen dead letters; with ``--return`` returns them."""
    if options.limit is not None and options.limit < 1:
        raise OperatorError(f"--limit {options.limit} must be at least 1.")
    outputs, sqs = open_deployment(options.stage), aws().client("sqs")
    chosen: list[DeadLetter] = []
    others: list[DeadLetter] = []
    for lane in options.queue or QUEUES:
        url, source = (outputs[name] for name in QUEUES[lane])
        for letter in letters(sqs, lane, url, source):
            is_wanted = _is_wanted(letter, options) and len(chosen) != options.limit
            (chosen if is_wanted else others).append(letter)
    try:
        for letter in chosen:
            print(as_json(letter) if options.json else _line(letter))
            if options.returns:
                _return(sqs, letter)
    finally:
        _show_again(sqs, [*others, *([] if options.returns else chosen)])
    _sum_up(chosen, len(others), returned=options.returns)


def _is_wanted(letter: DeadLetter, options: argparse.Namespace) -> bool:
    return (
        options.reason in letter.reason
        and options.tenant in {"", letter.tenant}
        and options.email in {"", letter.email_id}
    )


def _line(letter: DeadLetter) -> str:
    parts = (
        f"{letter.put_aside_at:%Y-%m-%d %H:%M}",
        letter.lane,
        letter.tenant or "-",
        letter.email_id or "-",
        letter.about,
        letter.reason or "(SQS gave it up without a reason)",
    )
    return "  ".join(parts)


def _return(sqs: Any, letter: DeadLetter) -> None:
    """First the record, then the message, then the dead letter: whatever ends this in between,
    running it again goes on, and a claim keeps two messages from being two emails."""
    if letter.email:
        RecordStore.reopen(letter.email.id)
    sqs.send_message(QueueUrl=letter.source, MessageBody=letter.body)
    sqs.delete_message(QueueUrl=letter.url, ReceiptHandle=letter.receipt)


def _show_again(sqs: Any, left: Iterable[DeadLetter]) -> None:
    """What stays is for others to see at once."""
    for letter in left:
        sqs.change_message_visibility(
            QueueUrl=letter.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
        )


def _sum_up(chosen: list[DeadLetter], others: int, *, returned: bool) -> None:
    now = clock.now()
    late = sum(1 for letter in chosen if letter.email and letter.email.not_after <= now)
    done = "returned" if returned else "found; --return sends them back to their queues"
    print(f"{len(chosen)} dead letters {done}, {others} others left.", file=sys.stderr)
    if late:
        print(
            f"{late} of them are too late to be sent: returned, they end as lapsed.",
            file=sys.stderr,
        )
