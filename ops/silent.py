"""``ops silent``: which emails SES took and nothing was heard of since."""

import argparse
from datetime import timedelta
from typing import Any

from bellhop import clock
from bellhop.domain.silence import silent_since
from bellhop.store.survey import records_between
from ops.deployment import add_stage, open_deployment

MOST_DAYS = 20_000
"""Whatever there is: the times in ids begin with 1970."""


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser(
        "silent",
        help="list emails of which nothing was heard; reads the whole table, about 0.02 USD a GB",
        description="Lists the emails that SES took and of which nothing was heard since, or "
        "nothing after a delay. Reads the whole table, about 0.02 USD a GB.",
    )
    parser.add_argument(
        "--days",
        type=_days,
        default=7,
        help=f"how far back emails were accepted, 1 to {MOST_DAYS} (default: 7)",
    )
    add_stage(parser)
    parser.set_defaults(run=list_silent)


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_DAYS}")
    return int(text)


def list_silent(options: argparse.Namespace) -> None:
    """Prints a line for each silent email, and how many of all they are."""
    open_deployment(options.stage)
    now = clock.now()
    known = silent = 0
    for record in records_between(now - timedelta(days=options.days), now):
        known += 1
        if since := silent_since(record, now):
            silent += 1
            print(
                f"{record.id}  {record.tenant}  {record.email_class}"
                f"  silent since {since:%Y-%m-%d %H:%M} UTC"
            )
    print(f"{silent} silent of {known} emails of the last {options.days} days")
