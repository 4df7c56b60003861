"""``python -m local``: a world that stays until Ctrl-C, a page to look at it, and commands."""

from __future__ import annotations

import argparse
import socket
import sys
import time
from collections.abc import Callable, Sequence

from local.cdk import CdkError
from local.demo.crm import Crm
from local.demo.guests import LETTERS
from local.demo.steps import DemoError, prepare, wait_for
from local.emulator.emulator import EmulatorStartError
from local.interruption import without_traceback
from local.page import PageServer, Site
from local.page.commands import Command, Example, commands
from local.world import World

LOOKS_EVERY = 0.5
"""Seconds between two looks whether the emulator still runs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs until Ctrl-C and exits 0; 1 when the world could not be had, or has ended by itself."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the page (default: a free one)")
    options = parser.parse_args(arguments)
    try:
        refuse_busy(options.port)
        run(options.port)
    except (CdkError, DemoError, EmulatorStartError) as error:
        print(f"local: {error}", *getattr(error, "__notes__", ()), sep="\n", file=sys.stderr)
        return 1
    return 0


def refuse_busy(port: int) -> None:
    """DemoError, before anything is started, where the page could not be served."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except (OSError, OverflowError) as error:
        raise DemoError(f"the page cannot be at --port {port}: {error}") from error


def run(port: int) -> None:
    """Deploys, sends a first email, and serves."""
    with World.start() as world:
        crm = prepare(world, world.deploy())
        with world.progress.step("Send a first email"):
            example = first_email(crm)
        with PageServer(Site.of(world, crm, example), port) as server:
            show(server.url, crm, f"127.0.0.1:{world.internet.dns.port}", commands(crm, example))
            stay(lambda: world.emulator.running)
            print("Ending.", flush=True)


def first_email(crm: Crm) -> Example:
    """One email to begin with, so that every command has something to ask for."""
    letter = LETTERS[0]
    answer = crm.post("/v1/emails", letter.body(), idempotency_key=letter.booking)
    if answer.status != 202:
        raise DemoError(f"the first email was not accepted: {answer.status} {answer.body}")
    (email,) = answer.body["emails"]
    contact: str = email["contact_id"]
    wait_for(
        lambda: crm.get(f"/v1/contacts/{contact}").status == 200,
        f"the first email was accepted, and there is still no contact {contact}",
    )
    return Example(email_id=email["id"], contact_id=contact)


def show(url: str, crm: Crm, dns: str, ready: Sequence[Command]) -> None:
    """Prints what to open and what to paste; `dns` is what a resolver's address looks like."""
    for command in ready:
        print(f"\n# {command.route}: {command.title}\n{command.curl}")
    print(f"\nPage     {url}\nAPI      {crm.url}\nAPI key  {crm.key}\nDNS      {dns}")
    print("\nBellhop is up, with one email on its way. Ctrl-C ends everything.", flush=True)


def stay(running: Callable[[], bool]) -> None:
    """Returns at Ctrl-C; DemoError when the world ends by itself."""
    try:
        while running():
            time.sleep(LOOKS_EVERY)
    except KeyboardInterrupt:
        return
    raise DemoError("the embedded AWS has ended by itself")


if __name__ == "__main__":
    sys.exit(without_traceback(main))
