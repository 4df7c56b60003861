"""``python -m local.demo``: exits 0 only if every record says what its guest's mail server did."""

import sys
from collections.abc import Sequence

from rich.console import Console

from local.demo import newcomer
from local.demo.crm import Crm
from local.demo.guests import LETTERS, SECOND_LETTERS
from local.demo.report import Row, print_card, print_rows
from local.demo.steps import DemoError, left_in_queues, prepare, send, send_again, settle
from local.interruption import without_traceback
from local.world import World


def main() -> int:
    """Runs the demo; 0 when everything is as the mail servers' transcripts say."""
    console = Console(width=None if sys.stdout.isatty() else 140)
    with World.start() as world:
        try:
            status = run(world, console)
        except DemoError as error:
            console.print(f"[red]The demo failed:[/red] {error}")
            status = 1
        world.destroy()
        return status


def run(world: World, console: Console) -> int:
    """Deploys, sends, waits, shows and compares."""
    outputs = world.deploy()
    crm = prepare(world, outputs)
    with world.progress.step(f"Send {len(LETTERS)} emails as the CRM would, one of them twice"):
        posts = [send(crm, letter) for letter in LETTERS]
        send_again(crm, posts[0])
    with world.progress.step("Wait for the mail servers' answers to reach the records") as detail:
        rows = settle(world, crm, posts, detail)
    title = f"Send {len(SECOND_LETTERS)} emails to guests who must not be mailed any more"
    with world.progress.step(title) as detail:
        rows += settle(world, crm, [send(crm, letter) for letter in SECOND_LETTERS], detail)
    title = f"A hotel brings {newcomer.DOMAIN}, loses a DKIM record, and gets it back"
    with world.progress.step(title):
        lines = newcomer.tell(world, crm)
    print_rows(console, rows)
    show_cards(crm, console)
    newcomer.print_lines(console, lines)
    return verdict(rows, left_in_queues(world, outputs), console)


def show_cards(crm: Crm, console: Console) -> None:
    """Two contacts as reception sees them, in the guests' hotel's two languages."""
    for language, letter in (("en", SECOND_LETTERS[0]), ("es", LETTERS[3])):
        reader = Crm(url=crm.url, key=crm.key, language=language)
        print_card(console, reader.post("/v1/contacts/lookup", {"address": letter.address}).body)


def verdict(rows: Sequence[Row], left: Sequence[str], console: Console) -> int:
    """Says in words where records and servers differ, and what got stuck."""
    wrong = [f"{row.letter.address}: {each}" for row in rows for each in row.differences]
    for sentence in (*wrong, *left):
        console.print(f"✗ {sentence}", markup=False, style="red")
    if wrong or left:
        return 1
    console.print(
        f"\n[green]✓[/green] All {len(rows)} records say what the guests' mail servers did."
    )
    return 0


if __name__ == "__main__":
    sys.exit(without_traceback(main))
