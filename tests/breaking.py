"""``make breaking``: breaks every step of sending in every way, and writes docs/breaking.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.end_to_end.bending import Bending
from tests.end_to_end.deployment import deployed
from tests.end_to_end.dying import die_everywhere
from tests.end_to_end.dying import table as table_of_deaths
from tests.integration.breaking.every_step import break_all
from tests.integration.breaking.every_step import table as table_of_breaks

PAGE = Path(__file__).parents[1] / "docs/breaking.md"
TEXT = """# Broken on purpose

Written by `make breaking`: each call that leaves a function on an email's way, how often it was
broken, and what became of the emails. The calls are recorded from runs without trouble: a new one
cannot be forgotten. `make test` breaks each of them too, but not in every way.

## Each call, in each way

In one process, with the real handlers and stores and a real DynamoDB: killed before and after the
call; a timeout with and without the effect, once and as often as it is repeated; a second worker,
a complaint, an erasure and a cancellation just before it.

{breaks}

## Deployed functions that end by os._exit

In the deployed stack, with the local SES and mail servers: the calls on the way of an email that is
delivered. Half the emails are `at_most_once`.

{deaths}
"""


def main() -> None:
    """Runs both parts; says what was not as promised, and fails then."""
    breaks = []
    for number, each in enumerate(break_all(), start=1):
        breaks.append(each)
        if number % 100 == 0:
            print(f"{number} runs, now: {each.scenario}", file=sys.stderr)
    print(table_of_breaks(breaks))
    with deployed(Bending()) as deployment, tempfile.TemporaryDirectory() as directory:
        dying = die_everywhere(deployment, Path(directory))
    page = TEXT.format(breaks=table_of_breaks(breaks), deaths=table_of_deaths(dying))
    print(page)
    PAGE.write_text(page)
    wrong = [
        f"{each.scenario}, {each.moment} step {each.number} ({each.step}): {fault}"
        for each in breaks
        for fault in each.faults
    ]
    wrong += [f"{end.record.id}: {fault}" for end in dying.ends for fault in end.faults]
    wrong += [f"no process met {death}" for death in dying.missed]
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main()
