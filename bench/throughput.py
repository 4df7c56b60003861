"""Emails a second through the deployed stack: from the first request to the last delivery."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from bench.table import Table
from local.demo.crm import Crm
from local.demo.steps import prepare, wait_for
from local.world import World

EMAILS = 400
RECIPIENTS = 50  # of a request
CLIENTS = 2


def run() -> Table:
    """The table of rates of one run."""
    with World.start() as world:
        crm = prepare(world, world.deploy())
        _send(crm, "warm", 1)
        _wait(world, "warm", 1)
        start = time.perf_counter()
        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(lambda n: _send(crm, f"r{n}", RECIPIENTS), range(EMAILS // RECIPIENTS)))
        accepted = time.perf_counter()
        _wait(world, "r", EMAILS)
        delivered = time.perf_counter()
        world.destroy()
    return Table(
        title="Emails through the deployed stack on this machine",
        header=["step", "seconds", "emails a second", "to accepting"],
        rows=[
            _row("accepted (202)", accepted - start, accepted - start),
            _row("taken by the guests' servers", delivered - start, accepted - start),
        ],
        note=f"{EMAILS} emails in requests of {RECIPIENTS}. The emulator runs on one core and "
        "bounds this; on AWS SES's rate does.",
    )


def _row(step: str, seconds: float, base: float) -> list[str]:
    return [step, f"{seconds:.1f}", f"{EMAILS / seconds:.0f}", f"{seconds / base:.1f}"]


def _send(crm: Crm, name: str, number: int) -> None:
    body = {
        "from": {"address": "reservas@hotel-sol.test"},
        "to": [{"address": f"elena.ruiz+{name}.{each}@correo.test"} for each in range(number)],
        "subject": "Su reserva",
        "html": "<p>Hasta pronto</p>",
    }
    answer = crm.post("/v1/emails", body, idempotency_key=f"bench-{name}")
    if answer.status != 202:
        raise RuntimeError(f"the request {name} was not accepted: {answer.body}")


def _wait(world: World, name: str, number: int) -> None:
    def arrived() -> bool:
        taken = world.internet.transcripts.all()
        return sum(f"+{name}" in each.recipient for each in taken) >= number

    wait_for(arrived, f"fewer than {number} emails reached the guests' servers")
