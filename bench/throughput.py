"""Emails a second through the deployed stack, from the first request to the last record, and what
bounds that here: measured, not guessed."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from bench.processes import ELSE, EMULATOR, cost, cpu_seconds
from bench.table import Table
from local.demo.crm import Crm
from local.demo.steps import left_in_queues, prepare, wait_for
from local.world import World

ROUNDS = 3
EMAILS = 400  # of a round
RECIPIENTS = 50  # of a request
CLIENTS = 2
IDLE = timedelta(seconds=60)
FULL = 0.85
"""From this part of what there is on, a core, or all of them, is called the bound."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Seconds from the first request to the last of each step, and CPU seconds by part."""

    steps: dict[str, float]
    cpu: Mapping[str, float]

    @property
    def seconds(self) -> float:
        return max(self.steps.values())


def run() -> Table:
    """The table of rates and costs of some rounds in one world."""
    with World.start() as world:
        outputs = world.deploy()
        crm = prepare(world, outputs)
        _round(world, outputs, crm, "warm")
        rounds = [_round(world, outputs, crm, f"r{number}") for number in range(ROUNDS)]
        world.destroy()
    rows = [
        _row(f"{step}: emails a second", [EMAILS / each.steps[step] for each in rounds])
        for step in rounds[0].steps
    ]
    costs = [
        _row(f"{part}: CPU ms an email", [each.cpu[part] / EMAILS * 1000 for each in rounds])
        for part in rounds[0].cpu
    ]
    return Table(
        title="Emails through the deployed stack on this machine",
        header=["what", "median", "each round"],
        rows=[*rows, *costs],
        note=f"{ROUNDS} rounds of {EMAILS} emails in requests of {RECIPIENTS}, after one to warm "
        f"up. {_bound(rounds)} On AWS SES's rate does.",
    )


def _row(what: str, values: Sequence[float]) -> list[str]:
    each = ", ".join(f"{value:.0f}" for value in values)
    return [what, f"{statistics.median(values):.0f}", each]


def _bound(rounds: Sequence[Round]) -> str:
    """What there was no more of, by how much of the time it was busy."""
    if not rounds[0].cpu:
        return "What bounds it is measured on Linux only."
    cores = os.cpu_count() or 1
    all_cores = statistics.median(sum(each.cpu.values()) / each.seconds for each in rounds)
    others = statistics.median(each.cpu[ELSE] / each.seconds for each in rounds)
    emulator = statistics.median(each.cpu[EMULATOR] / each.seconds for each in rounds)
    found = f"{all_cores:.2f} of {cores} cores were busy, {others:.2f} of them with something else"
    if all_cores >= FULL * cores:
        return f"{found}: the cores bound it."
    if emulator >= FULL:
        return f"{found}: the emulator bounds it, which has one core ({emulator:.2f})."
    return (
        f"{found}, and the emulator with {emulator:.2f} of its one: what bounds it is that each of "
        "the two workers makes its calls one after another."
    )


def _round(world: World, outputs: dict[str, str], crm: Crm, name: str) -> Round:
    before, start = cpu_seconds(), time.perf_counter()
    steps = {}
    with ThreadPoolExecutor(CLIENTS) as pool:
        requests = range(EMAILS // RECIPIENTS)
        list(pool.map(lambda number: _send(crm, f"{name}.{number}"), requests))
    steps["accepted (202)"] = time.perf_counter() - start
    _wait_until_taken(world, name)
    steps["taken by the guests' servers"] = time.perf_counter() - start
    if not world.ses.wait_until_idle(IDLE):
        raise RuntimeError(f"SES still had something to do after {IDLE}")
    wait_for(lambda: not left_in_queues(world, outputs), "messages are left in the queues")
    steps["delivered, says each record"] = time.perf_counter() - start
    return Round(steps=steps, cpu=cost(before, cpu_seconds()))


def _send(crm: Crm, name: str) -> None:
    body = {
        "from": {"address": "reservas@hotel-sol.test"},
        "to": [
            {"address": f"elena.ruiz+{name}.{number}@correo.test"} for number in range(RECIPIENTS)
        ],
        "subject": "Su reserva",
        "html": "<p>Hasta pronto</p>",
    }
    answer = crm.post("/v1/emails", body, idempotency_key=f"bench-{name}")
    if answer.status != 202:
        raise RuntimeError(f"the request {name} was not accepted: {answer.body}")


def _wait_until_taken(world: World, name: str) -> None:
    def arrived() -> bool:
        taken = world.internet.transcripts.all()
        return sum(f"+{name}." in each.recipient for each in taken) >= EMAILS

    wait_for(arrived, f"fewer than {EMAILS} emails reached the guests' servers")
