"""Runs chaos in a world of its own and prints the report; fails where a promise was broken."""

from __future__ import annotations

import argparse
import random
import sys

from tests.end_to_end.bending import Bending
from tests.end_to_end.chaos.run import run
from tests.end_to_end.deployment import deployed


def main() -> None:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))  # noqa: S311 (a day)
    parser.add_argument("--emails", type=int, default=5_000)
    given = parser.parse_args()
    bending = Bending()
    with deployed(bending) as deployment:
        report = run(
            deployment,
            bending,
            seed=given.seed,
            emails=given.emails,
            say=lambda what: print(what, file=sys.stderr),
        )
    print(report.text())
    sys.exit(not report.is_clean)


if __name__ == "__main__":
    main()
