"""What a sender lacks in SES, as a table; and how a run ends, whatever it meets on the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.onboarding import (
    Action,
    Identity,
    Seen,
    Step,
    Wanted,
    handing_over,
    missing,
    new_run,
    next_look,
    state_of,
    superfluous,
)
from bellhop.domain.senders import Sender, SenderState
from bellhop.domain.tenant_settings import Resumption
from bellhop.usecases.onboard import LEASE, PATIENCE, SOON, onboard
from bellhop.usecases.ports import Job
from bellhop.usecases.watch_sender import Watching
from tests.builders import NOW, TENANT
from tests.unit.fakes import FakeAuthentication, FakeClock, FakeJobs, FakeSenders

DOMAIN = "hotel-sol.test"
IDENTITY, SETS = f"identity/{DOMAIN}", ("set/transactional", "set/marketing")
WANTED = Wanted(
    domain=DOMAIN, ses_tenant="bellhop_dev_hotel-sol", identity=IDENTITY, configuration_sets=SETS
)
ALL = frozenset({IDENTITY, *SETS})
OURS = Identity(
    made_for=WANTED.ses_tenant,
    dkim="PENDING",
    sends=False,
    tokens=("a", "b", "c"),
    mail_from=WANTED.mail_from,
    forwards_feedback=False,
)
FOREIGN = replace(OURS, made_for="", mail_from="mail.hotel-sol.test", forwards_feedback=True)
VERIFIED = {"dkim": "SUCCESS", "sends": True}


def seen(identity=OURS, associated=ALL, **changes):
    return Seen(identity=identity and replace(identity, **changes), associated=associated)


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (
            seen(None, None),
            "create_identity stop_forwarding set_mail_from create_tenant associate associate "
            "associate",
        ),
        (seen(None, frozenset(SETS)), "create_identity stop_forwarding set_mail_from associate"),
        (seen(forwards_feedback=True, mail_from="", associated=frozenset()),
         "stop_forwarding set_mail_from associate associate associate"),
        (seen(mail_from="", associated=frozenset({IDENTITY})), "set_mail_from associate associate"),
        (seen(associated=ALL - {SETS[1]}), "associate"),
        (seen(mail_from_failed=True), "set_mail_from"),  # SES looks for its records again then
        (seen(), ""),
        # Somebody else's: used as it is once it is handed over, and not touched before.
        (seen(FOREIGN, None), ""),
        (seen(FOREIGN, frozenset(SETS)), ""),
        (seen(FOREIGN, frozenset({IDENTITY})), "associate associate"),
        (seen(FOREIGN), ""),
        (seen(FOREIGN, mail_from_failed=True), ""),
        (seen(made_for="bellhop_dev_hotel-mar", associated=frozenset(SETS)), ""),
    ],
)  # fmt: skip
def test_what_is_missing_follows_from_what_is_there(found, steps):
    assert " ".join(action.step for action in missing(found, WANTED)) == steps


@pytest.mark.parametrize(
    ("found", "steps"),
    [
        (seen(None, None), ""),
        (seen(None), ""),
        (seen(), "dissociate delete_identity"),
        (seen(associated=frozenset(SETS)), "delete_identity"),
        (seen(associated=None), "delete_identity"),
        (seen(FOREIGN), ""),
        (seen(FOREIGN, frozenset(SETS)), ""),
    ],
)
def test_only_what_was_made_is_undone(found, steps):
    assert " ".join(action.step for action in superfluous(found, WANTED)) == steps


@pytest.mark.parametrize(
    ("associated", "steps"),
    [
        (None, "create_tenant associate associate associate"),
        (frozenset(SETS), "associate"),
        (ALL, ""),
    ],
)
def test_an_operator_hands_a_foreign_domain_over_and_leaves_it_as_it_is(associated, steps):
    found = handing_over(seen(FOREIGN, associated), WANTED)
    assert " ".join(action.step for action in found) == steps


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (seen(), SenderState.PENDING),
        (seen(**VERIFIED), SenderState.VERIFIED),
        (seen(dkim="FAILED"), SenderState.FAILED),
        # A verified parent lets SES send, and proves nothing about this domain's own records.
        (seen(dkim="PENDING", sends=True), SenderState.PENDING),
        (seen(dkim="SUCCESS", sends=False), SenderState.PENDING),
        (seen(None, None), SenderState.PENDING),
        (seen(FOREIGN, frozenset(SETS), **VERIFIED), SenderState.HELD),
        (seen(FOREIGN, **VERIFIED), SenderState.VERIFIED),
        # It is not ours to give up.
        (seen(FOREIGN, dkim="FAILED"), SenderState.PENDING),
    ],
)
def test_the_state_is_what_ses_says(found, state):
    assert state_of(found, WANTED) is state


@pytest.mark.parametrize(
    ("age", "pause"),
    [(0, 1), (9, 1), (10, 10), (69, 10), (70, 60), (72 * 60, 60)],
)
def test_looks_grow_rare(age, pause):
    assert next_look(NOW, NOW + timedelta(minutes=age)) == timedelta(minutes=pause)


def test_a_later_run_is_the_greater_text():
    assert new_run(NOW) < new_run(NOW + timedelta(microseconds=1))
    assert new_run(NOW) != new_run(NOW)


class FakeControl:
    """SES's control plane by the table of its steps; `fails_at` breaks off before a step."""

    def __init__(self, identity=None, associated=None) -> None:
        self.identity, self.associated = identity, associated
        self.done: list[Action] = []
        self.fails_at: int | None = None
        self.before = lambda: None

    def look(self, _wanted):
        return Seen(
            identity=self.identity,
            associated=None if self.associated is None else frozenset(self.associated),
        )

    def do(self, action, wanted):
        if self.fails_at == len(self.done):
            raise TimeoutError(action.step)
        self.before()
        self.done.append(action)
        match action.step:
            case Step.CREATE_IDENTITY:
                self.identity = replace(OURS, mail_from="", forwards_feedback=True)
            case Step.STOP_FORWARDING:
                self.identity = replace(self.identity, forwards_feedback=False)
            case Step.SET_MAIL_FROM:
                self.identity = replace(self.identity, mail_from=wanted.mail_from)
            case Step.CREATE_TENANT:
                self.associated = set()
            case Step.ASSOCIATE:
                self.associated.add(action.resource)
            case Step.DISSOCIATE:
                self.associated.discard(action.resource)
            case Step.DELETE_IDENTITY:
                self.identity = None

    def verify(self):
        self.identity = replace(self.identity, **VERIFIED)


RUN = new_run(NOW)
JOB = Job(tenant=TENANT, domain=DOMAIN, run=RUN)


def a_sender(state=SenderState.PENDING, run=RUN):
    return Sender(tenant=TENANT, domain=DOMAIN, state=state, checked_at=NOW, since=NOW, run=run)


class World:
    def __init__(self, sender=None, control=None) -> None:
        self.senders = FakeSenders(*([sender] if sender else []))
        self.control = control or FakeControl()
        self.clock = FakeClock(NOW)
        self.watching = Watching(
            authentication=FakeAuthentication(),
            jobs=FakeJobs(),
            resumption_of=lambda _tenant: Resumption.BY_ITSELF,
            tell=lambda *_: None,
        )

    def run(self, job=JOB, *, receives=1, has_time=lambda: True):
        return onboard(
            job,
            receives=receives,
            wanted=WANTED,
            senders=self.senders,
            control=self.control,
            watching=self.watching,
            clock=self.clock,
            has_time=has_time,
        )

    @property
    def sender(self):
        return self.senders.get(TENANT, DOMAIN)


def test_a_new_sender_is_set_up_and_waits_for_its_records():
    world = World(a_sender())
    assert world.run() == timedelta(minutes=1)
    assert world.sender.state is SenderState.PENDING
    assert world.sender.tokens == ("a", "b", "c")
    assert world.sender.mail_from == "bounce.hotel-sol.test"
    assert missing(world.control.look(WANTED), WANTED) == ()


def test_a_sender_whose_records_are_seen_is_verified_and_watched_from_then_on():
    world = World(a_sender())
    world.run()
    world.control.verify()
    world.clock.pass_time(minutes=5)
    assert world.run() is None
    assert (world.sender.state, world.sender.since) == (SenderState.VERIFIED, world.clock.now)
    ((following, _),) = world.watching.jobs.put_in
    assert following.run == world.sender.run > RUN
    assert world.run() is None  # the message, delivered once more: its run is over
    assert len(world.watching.jobs.put_in) == 1


@pytest.mark.parametrize("broken_at", range(7))
def test_a_run_that_breaks_off_anywhere_is_resumed_and_repeats_nothing(broken_at):
    world = World(a_sender())
    world.control.fails_at = broken_at
    with pytest.raises(TimeoutError):
        world.run()
    world.control.fails_at = None
    assert world.run() == timedelta(minutes=1)
    steps = [(action.step, action.resource) for action in world.control.done]
    assert len(steps) == len(set(steps)) == 7


def test_a_run_without_time_for_a_step_comes_again_soon():
    world = World(a_sender())
    assert world.run(has_time=lambda: False) == SOON
    assert world.control.done == []


def test_somebody_elses_domain_is_held_untouched_and_free_for_others():
    world = World(a_sender(), FakeControl(replace(FOREIGN, **VERIFIED), set(SETS)))
    assert world.run() is None
    assert world.sender.state is SenderState.HELD
    assert world.control.done == []
    assert world.senders.owners == {}


def test_a_domain_that_was_handed_over_is_used_as_it_is():
    world = World(a_sender(), FakeControl(replace(FOREIGN, **VERIFIED), {IDENTITY}))
    assert world.run() is None
    assert world.sender.state is SenderState.VERIFIED
    assert {action.step for action in world.control.done} == {Step.ASSOCIATE}


def test_after_three_days_without_records_what_was_made_is_undone_and_the_domain_is_free():
    world = World(a_sender(), FakeControl(replace(OURS, dkim="FAILED"), set(ALL)))
    assert world.run() is None
    assert world.sender.state is SenderState.FAILED
    assert world.control.identity is None
    assert world.senders.owners == {}
    assert world.run() is None  # the message, delivered once more
    assert world.control.identity is None


def test_a_verified_sender_stays_so_while_ses_sends():
    losing = replace(OURS, dkim="TEMPORARY_FAILURE", sends=True)
    world = World(a_sender(SenderState.VERIFIED), FakeControl(losing, set(ALL)))
    assert world.run() is None
    assert world.sender.state is SenderState.VERIFIED


def test_a_removed_sender_leaves_nothing_but_the_tenant():
    world = World(a_sender(SenderState.REMOVING), FakeControl(OURS, set(ALL)))
    assert world.run() is None
    assert world.sender is None
    assert world.senders.owners == {}
    assert (world.control.identity, world.control.associated) == (None, set(SETS))


@pytest.mark.parametrize("broken_at", range(2))
def test_a_removal_that_breaks_off_is_resumed(broken_at):
    world = World(a_sender(SenderState.REMOVING), FakeControl(OURS, set(ALL)))
    world.control.fails_at = broken_at
    with pytest.raises(TimeoutError):
        world.run()
    world.control.fails_at = None
    assert world.run() is None
    assert (world.sender, world.control.identity) == (None, None)


def test_removing_a_domain_of_somebody_elses_changes_nothing_in_ses():
    world = World(a_sender(SenderState.REMOVING), FakeControl(FOREIGN, set(ALL)))
    assert world.run() is None
    assert world.sender is None
    assert world.control.done == []


def test_an_older_run_does_nothing():
    world = World(a_sender(run=new_run(NOW + timedelta(seconds=1))))
    assert world.run() is None
    assert world.control.done == []


def test_an_older_run_stops_before_its_next_step():
    world = World(a_sender())
    newer = new_run(NOW + timedelta(seconds=1))
    world.control.before = lambda: world.senders.ask(world.sender, newer, SenderState.REMOVING)
    assert world.run() == SOON
    assert [action.step for action in world.control.done] == [Step.CREATE_IDENTITY]
    assert world.run() is None


def test_a_removal_that_is_overtaken_by_a_new_wish_forgets_nothing():
    world = World(a_sender(SenderState.REMOVING), FakeControl(OURS, set(SETS)))
    newer = new_run(NOW + timedelta(seconds=1))
    world.control.before = lambda: world.senders.put(a_sender(run=newer))
    assert world.run() == SOON
    assert world.sender.run == newer
    assert world.run() is None


def test_a_newer_run_waits_until_the_older_ones_worker_has_ended():
    world = World(a_sender())
    newer = replace(JOB, run=new_run(NOW + timedelta(seconds=1)))
    again = []

    def ask_for_removal():
        world.senders.ask(world.sender, newer.run, SenderState.REMOVING)
        again.append(world.run(newer))

    world.control.before = ask_for_removal
    assert world.run() == SOON
    assert again == [SOON]
    world.control.before = lambda: None
    assert world.run(newer) is None
    assert (world.sender, world.control.identity) == (None, None)


def test_a_dead_workers_lease_ends():
    world = World(a_sender())
    world.senders.lease(world.sender, until=NOW + LEASE, now=NOW)
    assert world.run() == SOON
    world.clock.pass_time(seconds=LEASE.total_seconds())
    assert world.run() == timedelta(minutes=1)


@pytest.mark.parametrize("sender", [None, a_sender(run="")])
def test_a_wish_that_is_not_written_yet_is_waited_for_a_little(sender):
    world = World(sender)
    assert world.run(receives=1) == SOON
    assert world.run(receives=PATIENCE) is None
    assert world.control.done == []
