"""Each scenario, broken in each way at each of its steps; and the table of what became of that."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO

from tests.builders import NOW
from tests.integration.breaking.functions import Functions, wired
from tests.integration.breaking.life import Life, Scenario, outcomes
from tests.integration.breaking.scenarios import SCENARIOS
from tests.integration.breaking.wire import KILLS, Moment, Step, Trouble, Wire
from tests.unit.fakes import FakeClock

MEANWHILE: dict[str, Callable[[Life], None]] = {
    "another does the same": Life.another,
    "the guest complains": Life.suppress,
    "the guest is erased": Life.erase,
    "the CRM cancels": Life.cancel,
}
MOMENTS = [*(trouble.value for trouble in Trouble), *MEANWHILE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One scenario, broken once.

    Attributes:
        number: the step's place among the scenario's.
        faults: what was not as promised.
        outcomes: what became of the emails.
    """

    scenario: str
    step: Step
    number: int
    moment: str
    outcomes: tuple[str, ...]
    faults: tuple[str, ...]


Ways = Callable[[int], Sequence[str]]
"""Which of MOMENTS a step meets, by its number among all."""


def every_way(_number: int) -> Sequence[str]:
    """All of them: two to three minutes."""
    return MOMENTS


def few_ways(number: int) -> Sequence[str]:
    """Killed after each call, which is before the next one; and each fourth step meets another
    trouble in turn."""
    others = [moment for moment in MOMENTS if moment not in {*KILLS}]
    turn, rest = divmod(number, 4)
    return [Trouble.KILLED_AFTER, *([] if rest else [others[turn % len(others)]])]


def break_all(ways: Ways = every_way, scenarios: Sequence[Scenario] = SCENARIOS) -> Iterator[Break]:
    """Breaks everything. The steps are those that a run without trouble takes.

    Where a scenario begins as an earlier one did, step by step, it is broken from where it parts.
    """
    known = set()
    with wired() as (functions, wires):
        lives = _Lives(functions, wires)
        for scenario in scenarios:
            steps = tuple(lives.run(scenario).wire.steps)
            for number, step in enumerate(steps):
                history = (scenario.guarantee, scenario.is_silent, steps[: number + 1])
                if history in known:
                    continue
                known.add(history)
                for moment in ways(len(known)):
                    yield _broken(lives, scenario, number, step, moment)


class _Lives:
    """Runs scenarios, each with guests of its own."""

    _numbers = itertools.count()

    def __init__(self, functions: Functions, wires: list[Wire]) -> None:
        self._functions = functions
        self._wires = wires

    def run(self, scenario: Scenario, at: int = -1, moment: str = "") -> Life:
        wire = Wire(clock=FakeClock(NOW), at=at)
        life = Life(scenario, self._functions, wire, next(self._numbers))
        wire.moment = _moment(life, moment)
        self._wires[:] = [wire]
        with redirect_stdout(StringIO()):  # metrics are lines of a function's log
            life.run()
        return life


def _moment(life: Life, name: str) -> Moment | None:
    if name in MEANWHILE:
        return lambda: MEANWHILE[name](life)
    return Trouble(name) if name else None


def _broken(lives: _Lives, scenario: Scenario, number: int, step: Step, moment: str) -> Break:
    life = lives.run(scenario, number, moment)
    found = list(outcomes(life))
    life.deliver_once_more()
    if list(outcomes(life)) != found:
        found.append(("", "a message that came once more changed what became of it"))
    return Break(
        scenario=scenario.name,
        step=step,
        number=number,
        moment=moment,
        outcomes=tuple(outcome for outcome, _fault in found if outcome),
        faults=tuple(fault for _outcome, fault in found if fault),
    )


def table(breaks: list[Break]) -> str:
    """For each call of each function: how often it was broken, and what became of the emails."""
    ends: dict[Step, Counter[str]] = {}
    runs: Counter[Step] = Counter()
    for each in breaks:
        runs[each.step] += 1
        ends.setdefault(each.step, Counter()).update(each.outcomes)
    lines = ["| function | call | broken | what became of the emails |", "|---|---|---|---|"]
    for step in sorted(ends, key=lambda step: (step.function, step.operation)):
        told = ", ".join(f"{end}: {number}" for end, number in sorted(ends[step].items()))
        lines.append(f"| {step.function} | {step.operation} | {runs[step]} | {told} |")
    return "\n".join([*lines, "", _sum(breaks)])


def _sum(breaks: list[Break]) -> str:
    steps = {(each.scenario, each.number) for each in breaks}
    ways = {each.moment for each in breaks}
    emails = sum(len(each.outcomes) for each in breaks)
    twice = sum("twice" in end for each in breaks for end in each.outcomes)
    faults = sum(len(each.faults) for each in breaks)
    scenarios = {each.scenario for each in breaks}
    return (
        f"{len(scenarios)} scenarios, {len(steps)} steps, {len(ways)} ways to break one: "
        f"{len(breaks)} runs, {emails} emails; {twice} sent twice as at_least_once says, "
        f"{faults} not as promised."
    )
