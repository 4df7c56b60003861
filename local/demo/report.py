"""What the demo prints: a table of guests, and two contacts' cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from local.demo.expectations import Expectation
from local.demo.guests import Letter
from local.internet import Transcript


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One letter: what its server did, what the record says, and where they differ."""

    letter: Letter
    expected: Expectation
    record: dict[str, Any]
    transcripts: Sequence[Transcript]
    differences: Sequence[str]


def print_rows(console: Console, rows: Sequence[Row]) -> None:
    """The table of guests."""
    table = Table(title="What became of each email", show_lines=True, expand=True)
    table.add_column("Guest", ratio=3)
    table.add_column("Their mail server …", ratio=5)
    table.add_column("Bellhop's record", ratio=5)
    table.add_column("SPF DKIM DMARC", ratio=2)
    table.add_column("", width=1)
    for row in rows:
        table.add_row(
            f"{row.letter.name}\n[dim]{row.letter.address}[/dim]",
            _escaped(row.expected.story),
            _record(row.record),
            _verdicts(row.transcripts),
            "[red]✗[/red]" if row.differences else "[green]✓[/green]",
        )
    console.print(table)


def _record(record: dict[str, Any]) -> str:
    advice, reason = record["advice"], record["reason"]
    why = f" ({reason['code']})" if reason else ""
    signals = "".join(f", {signal}" for signal in record["signals"])
    verdict = f", inbox {record['inbox']['verdict']}" if record["inbox"] else ""
    first = ", accepted at first" if record["accepted_first"] else ""
    return (
        f"[bold]{record['status']}[/bold]{why}{signals}{verdict}{first}\n"
        f"{_escaped(advice['sentence'])}\n"
        f"→ {_escaped(advice['next_step'])} [dim]({advice['who']})[/dim]"
    )


def _verdicts(transcripts: Sequence[Transcript]) -> str:
    verdicts = [each.verdicts for each in transcripts if each.verdicts]
    if not verdicts:
        return "[dim]not read[/dim]"
    last = verdicts[-1]
    return f"{last.spf} {last.dkim} {last.dmarc}"


def print_card(console: Console, card: dict[str, Any]) -> None:
    """A contact as reception sees it."""
    headline = card["headline"]
    console.print(f"\n[bold]{card['address']}[/bold]: {_escaped(headline['sentence'])}")
    console.print(
        f"  since {card['since']} → {_escaped(headline['next_step'])} ({headline['who']})"
    )
    for email in card["emails"]:
        console.print(f"  · {email['status']:<10} {_escaped(email['subject'])}", highlight=False)


def _escaped(text: str) -> str:
    return text.replace("[", r"\[")
