"""``python -m bench``: measures, and writes the tables to docs/bench.md."""

from __future__ import annotations

import argparse
import platform
import sys
from pathlib import Path

# The functions' own code is what is measured.
sys.path.insert(0, str(Path(__file__).parents[1] / "lambdas"))

from bench import events, imports, reasons, throughput, writes

ROOT = Path(__file__).parents[1]
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
    """Runs the benches that are named, or all of them and then writes the page."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    names = parser.parse_args().names
    if unknown := set(names) - set(BENCHES):
        parser.error(f"there is no bench {sorted(unknown)}; choose of {', '.join(BENCHES)}")
    tables = []
    for name in names or BENCHES:
        print(f"{name} …", file=sys.stderr)
        tables.append(BENCHES[name]().markdown())
        print(tables[-1], end="\n\n")
    if not names:
        machine = f"Python {platform.python_version()}, {platform.machine()}"
        page = "\n\n".join([INTRODUCTION.format(machine=machine).strip(), *tables])
        (ROOT / "docs/bench.md").write_text(page + "\n")


if __name__ == "__main__":
    main()
