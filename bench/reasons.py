"""How well bounces are read: `python -m bench.reasons [CORPUS …] [--beside FILE …] [--misses]`.

CORPUS is a file of JSON lines with `provider`, `ses_status`, `ses_diagnosticCode`, `ses_action`,
`label`, `label_ok` and `strict_ok`; by default the two of `bench/replies`. The figures:

- strict: the reason is `label`, over the rows that the text alone can decide (`strict_ok`).
- lenient: the reason is one of `label_ok`, over all rows.
- group: the reason's fault (recipient, sender, temporary, policy) is that of one of `label_ok`,
  over all rows. It is what decides whom the contact's card sends to mend the matter.
- hard: rows read as a reason that stops the address at once, and in brackets those of them that
  no label of `label_ok` would have stopped. It is the costliest mistake.

`bench/replies/seen.jsonl` was open on the table while the rules were written: it shows what they
cover. `unseen.jsonl` was collected from public logs and labelled before any rule read it, without
the sentences that `seen.jsonl` has already; no rule was changed for it, but for three rows that
were read as bad addresses. It shows what to expect of a server that nobody thought of.

The rules are written, not trained, so there is nothing to fit in a fold. Cross-validation asks
instead what would be left without a provider: for each provider, every phrase and idiom that
occurs in no other provider's rows is taken out, and the provider's own rows are read with the
rest. It is a floor: most phrases were written from documentation and have no row at all. With
`--beside FILE` (JSON lines with `diagnostic` or `ses_diagnosticCode`) a phrase also stays where
that file's replies use it.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parents[1] / "lambdas"))

from bellhop.domain import classify as rules
from bellhop.domain import idioms
from bellhop.domain.idioms import Idiom
from bellhop.domain.reasons import REASONS, Reason, suppression_rule
from bellhop.domain.replies import Reply, read_reply
from bellhop.domain.wordings import Wording
from bellhop.domain.wordings_recipient import OF_NO_CAUSE
from bench.table import Table

Row = dict[str, Any]

OUR_REPLIES = Path(__file__).with_name("replies")
OUR_CORPORA = (OUR_REPLIES / "seen.jsonl", OUR_REPLIES / "unseen.jsonl")


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Rows read right, of how many."""

    strict: int = 0
    decidable: int = 0
    lenient: int = 0
    group: int = 0
    hard: int = 0
    falsely_hard: int = 0
    rows: int = 0

    def __add__(self, other: "Score") -> "Score":
        """The score over both sets of rows."""
        return Score(
            strict=self.strict + other.strict,
            decidable=self.decidable + other.decidable,
            lenient=self.lenient + other.lenient,
            group=self.group + other.group,
            hard=self.hard + other.hard,
            falsely_hard=self.falsely_hard + other.falsely_hard,
            rows=self.rows + other.rows,
        )

    def cells(self) -> list[str]:
        """Strict, lenient and group in per cent; hard bounces, and false ones in brackets."""
        strict = f"{self.strict / self.decidable:.1%}" if self.decidable else "-"
        lenient, group = f"{self.lenient / self.rows:.1%}", f"{self.group / self.rows:.1%}"
        return [strict, lenient, group, f"{self.hard} ({self.falsely_hard})"]

    def __str__(self) -> str:
        """The figures on one line, with the number of rows."""
        strict, lenient, group, hard = self.cells()
        return (
            f"strict {strict:>6}   lenient {lenient:>6}   group {group:>6}   "
            f"hard {hard:>8}   {self.rows:4} rows"
        )


def run() -> Table:
    """The table of our own replies."""
    scores = {path.stem: total(read_lines(path)) for path in OUR_CORPORA}
    return Table(
        title="Bounces read as what they mean",
        header=["replies", "rows", "strict", "lenient", "group", "hard (falsely)"],
        rows=[[name, str(score.rows), *score.cells()] for name, score in scores.items()],
        note="`seen` was open while the rules were written, `unseen` was collected afterwards. "
        "`bench/reasons.py` says what each figure means; "
        "`python -m bench.reasons --misses` lists what is read wrong.",
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures for the corpora named on the command line, or for our own."""
    parser = argparse.ArgumentParser(prog="python -m bench.reasons", description=__doc__)
    parser.add_argument("corpora", nargs="*", type=Path, default=OUR_CORPORA, metavar="CORPUS")
    parser.add_argument(
        "--beside", nargs="+", type=Path, default=(), help="replies that support a phrase as well"
    )
    parser.add_argument("--misses", action="store_true", help="also list the rows read wrong")
    options = parser.parse_args(arguments)
    witnesses = [reply_of(row) for path in options.beside for row in read_lines(path)]

    for path in options.corpora:
        rows = read_lines(path)
        print(f"{path.name}\n")
        print(f"{'all rows':18} {total(rows)}")
        print(f"{'without a provider':18} {cross_validated(rows, witnesses)}")
        print(f"\n{speed(rows):,.0f} bounces a second\n")
        for name in sorted(providers(rows)):
            print(f"{name or '(unnamed)':18} {total(of_provider(rows, name))}")
        if options.misses:
            print_misses(rows)


def read_lines(path: Path) -> list[Row]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reply_of(row: Row) -> Reply:
    """The reply of a corpus' row, or of a test's."""
    return read_reply(row.get("ses_diagnosticCode") or row["diagnostic"])


def total(rows: Iterable[Row]) -> Score:
    """The score over `rows`."""
    return sum((score(row) for row in rows), Score())


def score(row: Row) -> Score:
    """One row's score."""
    reason, accepted = read(row), [Reason(label) for label in row["label_ok"]]
    faults = {REASONS[label].fault for label in accepted}
    hard = suppression_rule(reason).count == 1
    return Score(
        strict=int(row["strict_ok"] and reason == row["label"]),
        decidable=int(row["strict_ok"]),
        lenient=int(reason in accepted),
        group=int(REASONS[reason].fault in faults),
        hard=int(hard),
        falsely_hard=int(hard and all(suppression_rule(each).count != 1 for each in accepted)),
        rows=1,
    )


def read(row: Row) -> Reason:
    """The reason of a row: as from SES, but for the bounce type, which the corpus lacks."""
    return rules.classify(
        bounce_type="",
        status=row["ses_status"],
        diagnostic=row["ses_diagnosticCode"],
        action=row["ses_action"],
    )


def cross_validated(rows: Sequence[Row], witnesses: Sequence[Reply] = ()) -> Score:
    """Each provider's rows, read by what the other providers' rows and `witnesses` support."""
    result = Score()
    for name in providers(rows):
        others = [reply_of(row) for row in rows if row["provider"] != name]
        with only_supported_by([*others, *witnesses]):
            result += total(of_provider(rows, name))
    return result


@contextmanager
def only_supported_by(replies: Sequence[Reply]) -> Iterator[None]:
    """Leave only the phrases and idioms that occur in `replies`."""
    supported = [row for row in idioms.IDIOMS if any(row.mark in reply.text for reply in replies)]
    with (
        patch.object(idioms, "IDIOMS", tuple(filter(_fires_in(replies), supported))),
        patch.object(rules, "WORDINGS", _pruned(rules.WORDINGS, replies)),
        patch.object(rules, "OF_NO_CAUSE", _pruned(OF_NO_CAUSE, replies)),
    ):
        rules.forget()
        yield
    rules.forget()


def _fires_in(replies: Sequence[Reply]) -> Callable[[Idiom], bool]:
    return lambda row: any(re.search(row.pattern, f"{reply.text} @") for reply in replies)


def _pruned(wordings: Iterable[Wording], replies: Sequence[Reply]) -> tuple[Wording, ...]:
    kept = (
        row._replace(
            phrases=tuple(
                phrase
                for phrase in row.phrases
                if any(re.search(phrase, reply.words) for reply in replies)
            )
        )
        for row in wordings
    )
    return tuple(row for row in kept if row.phrases)


def providers(rows: Iterable[Row]) -> set[str]:
    """The providers' names; rows without one are a provider of their own."""
    return {row["provider"] for row in rows}


def of_provider(rows: Iterable[Row], name: str) -> list[Row]:
    """The rows of one provider."""
    return [row for row in rows if row["provider"] == name]


def speed(rows: Sequence[Row], seconds: float = 1.0) -> float:
    """Bounces read in one second, on this machine, once the patterns are compiled.

    Each row is read anew, as if its sentence had never come before.
    """
    total(rows)
    read_rows, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        rules.forget()
        for row in rows:
            read(row)
        read_rows += len(rows)
    return read_rows / elapsed


def print_misses(rows: Iterable[Row]) -> None:
    """List what is not read as its label; `~` marks what another label excuses."""
    print()
    for row in rows:
        reason = read(row)
        if reason != row["label"]:
            mark = "~" if reason in row["label_ok"] else "!"
            print(f"{mark} {row['label']} read as {reason}: {row['ses_diagnosticCode']!r}")


if __name__ == "__main__":
    main()
