"""A sender's standing: every pair of the table, the counter before a fall, and one alarm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.check import Evidence
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.findings import Finding, Record
from bellhop.domain.authentication.standing import (
    CHANGES_KEPT,
    PROOFS,
    Effect,
    Look,
    Standing,
    Watch,
    after,
    next_look,
    released,
)
from bellhop.domain.authentication.watches import packed, unpacked
from bellhop.domain.tenant_settings import Resumption

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
P, V, D, F = Standing.PENDING, Standing.VERIFIED, Standing.DEGRADED, Standing.FAILED
PROXIED = Finding(code=Code.PROXIED, name="t1._domainkey.hotel-sol.test")
FOR, AGAINST, NONE = Evidence.FOR, Evidence.AGAINST, Evidence.NONE


def look(evidence: Evidence = FOR, *, minutes: int = 0, **fields) -> Look:
    return Look(at=NOW + timedelta(minutes=minutes), evidence=evidence, **fields)


def watch(standing: Standing, **fields) -> Watch:
    return Watch(standing=standing, since=NOW, **fields)


@pytest.mark.parametrize(
    ("before", "evidence", "behind"),
    [
        (P, FOR, V),
        (P, AGAINST, P),
        (P, NONE, P),
        (V, FOR, V),
        (V, AGAINST, V),
        (V, NONE, V),
        (D, FOR, V),
        (D, AGAINST, D),
        (D, NONE, D),
        (F, FOR, F),
        (F, AGAINST, F),
        (F, NONE, F),
    ],
)
def test_one_look_moves_a_standing_as_the_table_says(before, evidence, behind):
    assert after(watch(before), look(evidence))[0].standing is behind


def test_every_pair_is_tested():
    pairs = test_one_look_moves_a_standing_as_the_table_says.pytestmark[0].args[1]
    assert {pair[:2] for pair in pairs} == set(product(Standing, Evidence))


@pytest.mark.parametrize("before", Standing)
@pytest.mark.parametrize("evidence", Evidence)
def test_when_ses_gives_up_the_sender_has_failed(before, evidence):
    assert after(watch(before), look(evidence, given_up=True))[0].standing is F


def follow(start: Watch, *evidence: Evidence) -> tuple[Watch, list[frozenset[Effect]]]:
    told = []
    for minute, each in enumerate(evidence):
        start, effects = after(
            start, look(each, minutes=minute, findings=(PROXIED,)), spacing=MINUTE
        )
        told.append(effects)
    return start, told


def test_a_verified_sender_falls_at_the_third_proof():
    assert PROOFS == 3
    assert follow(watch(V), AGAINST, AGAINST)[0].standing is V
    fallen, _ = follow(watch(V), AGAINST, AGAINST, AGAINST)
    assert (fallen.standing, fallen.findings) == (D, (PROXIED,))
    assert fallen.since == NOW + timedelta(minutes=2)


def test_looks_at_the_same_moment_are_one_proof():
    doubted = watch(V)
    for seconds in (0, 0, 30, 59, 60, 119):
        at = NOW + timedelta(seconds=seconds)
        doubted, _ = after(doubted, Look(at=at, evidence=AGAINST), spacing=MINUTE)
        assert (doubted.standing, doubted.against) == (V, 1 if seconds < 60 else 2)
    fallen, _ = after(doubted, look(AGAINST, minutes=2), spacing=MINUTE)
    assert fallen.standing is D


def test_silence_of_the_dns_neither_adds_to_a_doubt_nor_ends_it():
    assert follow(watch(V), AGAINST, NONE, NONE, NONE, AGAINST)[0].standing is V
    assert follow(watch(V), AGAINST, NONE, AGAINST, NONE, AGAINST)[0].standing is D


def test_silence_alone_never_makes_a_good_sender_bad():
    assert follow(watch(V), *[NONE] * 100)[0].standing is V


def test_one_good_look_ends_a_doubt():
    assert follow(watch(V), AGAINST, AGAINST, FOR, AGAINST, AGAINST)[0].standing is V


def test_an_alarm_is_raised_once():
    _, told = follow(watch(V), *[AGAINST] * 10)
    assert [Effect.ALARM in effects for effects in told].count(True) == 1
    assert Effect.ALARM in told[PROOFS - 1]


def test_a_sender_that_is_back_is_told_once_and_may_alarm_again():
    _, told = follow(watch(D), FOR, FOR, AGAINST, AGAINST, AGAINST)
    assert [Effect.RECOVERED in effects for effects in told] == [True, *[False] * 4]
    assert Effect.ALARM in told[-1]


def test_waiting_for_the_first_records_raises_no_alarm():
    still, told = follow(watch(P), *[AGAINST] * 50)
    assert still.standing is P
    assert not any(told)


@pytest.mark.parametrize(("standing", "stops"), [(P, False), (V, False), (D, True), (F, True)])
def test_marketing_stops_for_a_sender_that_fell(standing, stops):
    assert watch(standing).stops_marketing is stops


def test_marketing_resumes_by_itself_or_by_a_click():
    by_itself, _ = after(watch(D), look(FOR))
    assert not by_itself.stops_marketing
    by_click, _ = after(watch(D), look(FOR), Resumption.BY_CLICK)
    assert by_click.stops_marketing
    assert not released(by_click).stops_marketing


def test_a_click_that_is_awaited_survives_further_looks():
    held, _ = after(watch(D), look(FOR), Resumption.BY_CLICK)
    later, _ = after(held, look(FOR, minutes=360), Resumption.BY_CLICK)
    assert later.held


def test_a_change_is_kept_with_before_and_after():
    record = "_dmarc.hotel-sol.test TXT"
    first, effects = after(watch(V), look(observed={record: ("v=DMARC1; p=none",)}))
    assert not effects
    second, effects = after(first, look(AGAINST, minutes=5, observed={record: ()}))
    assert effects == {Effect.CHANGED}
    (change,) = second.changes
    assert (change.before, change.after) == (("v=DMARC1; p=none",), ())
    assert change.at == NOW + timedelta(minutes=5)


def test_a_question_without_answer_is_no_change():
    record = "_dmarc.hotel-sol.test TXT"
    first, _ = after(watch(V), look(observed={record: ("v=DMARC1; p=none",)}))
    second, effects = after(first, look(NONE, minutes=5))
    assert not effects
    assert second.observed == first.observed


def test_the_newest_changes_are_kept():
    seen = watch(V)
    for minute in range(CHANGES_KEPT + 10):
        seen, _ = after(seen, look(minutes=minute, observed={"a TXT": (str(minute),)}))
    assert len(seen.changes) == CHANGES_KEPT
    assert seen.changes[0].after == (str(CHANGES_KEPT + 9),)


def test_a_watch_is_kept_as_a_text():
    seen, _ = after(
        watch(D, against=3, held=True),
        look(
            AGAINST,
            findings=(
                replace(PROXIED, seen=("192.0.2.1",), values={"vendor": "x"}),
                replace(PROXIED, cure=Record(name="a.test", type=RecordType.TXT, value="b")),
            ),
            observed={"a.test TXT": ("é",)},
            zone="hotel-sol.test",
            panel="ovh",
        ),
    )
    changed, _ = after(seen, look(AGAINST, minutes=1, observed={"a.test TXT": ()}))
    for each in (watch(P), seen, changed):
        assert unpacked(packed(each)) == each


def test_long_texts_of_others_are_cut_short():
    huge = replace(PROXIED, seen=("x" * 60_000,) * 3)
    seen, _ = after(watch(V), look(AGAINST, findings=(huge,) * 9, observed={"a": ("y" * 60_000,)}))
    assert len(packed(seen)) < 40_000


@pytest.mark.parametrize(
    ("standing", "hours", "minutes"),
    [
        (P, 0, 1),
        (P, 0.5, 10),
        (P, 2, 60),
        (P, 71, 60),
        (P, 73, 360),
        (V, 0, 360),
        (V, 9000, 360),
        (D, 0.5, 10),
        (D, 5, 60),
        (D, 48, 360),
        (F, 0, 1440),
    ],
)
def test_looks_become_rarer_with_time(standing, hours, minutes):
    due = next_look(watch(standing), NOW + timedelta(hours=hours))
    assert due == timedelta(minutes=minutes)


def test_a_doubted_sender_is_looked_at_soon():
    doubted, _ = after(watch(V), look(AGAINST))
    assert next_look(doubted, NOW + timedelta(days=3)) == timedelta(minutes=10)
