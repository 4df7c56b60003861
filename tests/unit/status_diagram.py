"""Writes docs/status.md: how an email comes to its status, from the table in domain/status.py.

Run `python -m tests.unit.status_diagram` after a change of that table; a test compares the two.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "lambdas"))  # run as a program, no pytest has done so

from bellhop.domain.catalogue import phrase  # noqa: E402 - after the path
from bellhop.domain.facts import FactKind  # noqa: E402
from bellhop.domain.status import (  # noqa: E402
    BETTER_FIRST,
    SIGNAL_OF_FACT,
    WORD_OF_DETAIL,
    WORD_OF_FACT,
    Status,
    Word,
)

PAGE = ROOT / "docs" / "status.md"
COMMAND = "python -m tests.unit.status_diagram"

# What Bellhop says before it calls SES, and of its own call.
BEFORE_A_CALL = (FactKind.SUPPRESSED, FactKind.CANCELLED, FactKind.LAPSED, FactKind.PARKED)
OF_THE_CALL = (FactKind.SENT, FactKind.REFUSED, FactKind.UNKNOWN)
# What an email passes through; in every other status it stays unless SES contradicts itself.
PASSING = (Status.SENT, Status.DELAYED, Status.DELIVERED)
# What SES says before it tries the guest's server, and so after no delay.
BEFORE_A_TRY = (Status.REJECTED, Status.FAILED, Status.SUPPRESSED)
NAME_OF_DETAIL = {
    ("reason", "suppressed"): "bounce (never tried)",
    ("by", "bot"): "open or click (a scanner's)",
}

TEXT = """\
# The status of an email

Written by `{command}` from the table in `lambdas/bellhop/domain/status.py`; edit that.

The status is computed from the facts of the record whenever somebody asks. An arrow is a fact; the
order in which facts come decides nothing. Where several facts make the same step, the arrow names
the strongest.

```mermaid
{diagram}
```

## What moves an email there

| status | in words | facts |
|---|---|---|
{rows}

Of the facts of **one attempt** the strongest decides: {strength}.
Facts of equal strength say the same, and the first of them to happen gives the time.

Of **two attempts** the better one counts: {better}.

## Signals

They stand beside the status, whichever it is. A scanner gives none.

| signal | fact |
|---|---|
{signals}
"""


def page() -> str:
    """The whole page."""
    return TEXT.format(
        command=COMMAND,
        diagram="\n".join(_diagram()),
        rows="\n".join(_row(status) for status in Status),
        strength=" > ".join(_by_strength()),
        better=" > ".join(BETTER_FIRST),
        signals="\n".join(f"| {signal} | {kind} |" for kind, signal in SIGNAL_OF_FACT.items()),
    )


def _words() -> dict[str, Word]:
    """Every word by the name of who says it; the strongest first."""
    words = {kind.value: word for kind, word in WORD_OF_FACT.items()}
    words |= {NAME_OF_DETAIL[detail]: word for detail, word in WORD_OF_DETAIL.items()}
    return dict(sorted(words.items(), key=lambda item: -item[1].strength))


def _diagram() -> Iterator[str]:
    yield "flowchart LR"
    for status in (status for status in Status if _is_reached(status)):
        yield f"    {status}([{status}])"
    yield f"    {Status.QUEUED} -- claim --> {Status.SENDING}"
    yield f"    {Status.SENDING} -- released --> {Status.QUEUED}"
    for kind in BEFORE_A_CALL:
        yield _arrow(Status.QUEUED, kind, WORD_OF_FACT[kind].status)
    for kind in OF_THE_CALL:
        yield _arrow(Status.SENDING, kind, WORD_OF_FACT[kind].status)
    for start in PASSING:
        for end in Status:
            if name := _move(start, end):
                yield _arrow(start, name, end)


def _move(start: Status, end: Status) -> str | None:
    """Who takes an email from one status to another: the strongest word, if it is stronger than
    all that can have put the email where it is."""
    words = _words()
    held = max(word.strength for word in words.values() if word.status is start)
    if end is start or (end in BEFORE_A_TRY and start is not Status.SENT):
        return None
    found = (name for name, word in words.items() if word.status is end and word.strength > held)
    return next(found, None)


def _arrow(start: Status, name: str, end: Status) -> str:
    return f'    {start} -- "{name}" --> {end}'


def _is_reached(status: Status) -> bool:
    return status in {Status.QUEUED, Status.SENDING} or any(
        word.status is status for word in _words().values()
    )


def _row(status: Status) -> str:
    facts = [name for name, word in _words().items() if word.status is status]
    own = {Status.QUEUED: "(none yet)", Status.SENDING: "(none yet, claimed)"}
    sentence = phrase("en", f"status.{status}.sentence")
    return f"| {status} | {sentence} | {', '.join(facts) or own.get(status, '-')} |"


def _by_strength() -> Iterator[str]:
    """The words, those of equal strength together."""
    strengths = sorted({word.strength for word in _words().values()}, reverse=True)
    for strength in strengths:
        yield ", ".join(name for name, word in _words().items() if word.strength == strength)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE.relative_to(ROOT))
