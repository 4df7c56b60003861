"""``python -m bench``: measures, and writes the tables to docs/bench.md.

With names it measures these only, and leaves the others' tables on the page as they are.
"""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

# The functions' own code is what is measured.
sys.path.insert(0, str(Path(__file__).parents[1] / "lambdas"))

from bench import events, imports, reasons, throughput, writes
from bench.table import sections

PAGE = Path(__file__).parents[1] / "docs/bench.md"
BENCHES = {
    "writes": writes.run,
    "imports": imports.run,
    "events": events.run,
    "reasons": reasons.run,
    "throughput": throughput.run,
}
INTRODUCTION = """# Measured

Written by `make bench` ({machine}). Ratios within one run carry over to another machine;
counts are exact.
"""


def main() -> None:
    """Runs the benches that are named, or all of them, and writes their tables to the page."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    names = parser.parse_args().names
    if unknown := set(names) - set(BENCHES):
        parser.error(f"there is no bench {sorted(unknown)}; choose of {', '.join(BENCHES)}")
    tables = {} if not names else sections(PAGE.read_text().rstrip())
    for name in names or BENCHES:
        print(f"{name} …", file=sys.stderr)
        table = BENCHES[name]().markdown()
        tables |= sections(table)
        print(table, end="\n\n")
    machine = f"Python {platform.python_version()}, {platform.machine()}"
    tables[""] = INTRODUCTION.format(machine=machine).strip()
    page = "\n\n".join([tables.pop(""), *tables.values()])
    PAGE.write_text(page + "\n")


if __name__ == "__main__":
    main()
