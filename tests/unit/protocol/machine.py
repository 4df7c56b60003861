"""What may happen to an email, as rules of a state machine: in any order, as often as it likes."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from bellhop.domain.emails import Guarantee
from bellhop.domain.facts import FactKind
from bellhop.domain.status import Dispatch, Status
from tests.unit.protocol.workers import Ending, Reach
from tests.unit.protocol.world import LEASE, WINDOW, Answer, World, promise

WORKERS = 3
A_WINDOW = LEASE + WINDOW + timedelta(seconds=1)
ROUNDS = 6
TIMES = st.sampled_from([timedelta(seconds=20), LEASE + timedelta(seconds=1), A_WINDOW])
KINDS = st.sampled_from([FactKind.SEND, FactKind.DELIVERY, FactKind.BOUNCE, FactKind.DELAY])
SENT = {Status.SENT, Status.DELIVERED, Status.BOUNCED, Status.DELAYED}
WHICH = st.integers(0, WORKERS - 1)
# What a worker is mostly told, and seldom.
ENDINGS = st.sampled_from([Ending.ANSWERED, *Ending])
ANSWERS = st.sampled_from(Answer)
HAS_TIME = st.sampled_from([True, True, True, False])
# How many calls a worker makes in one step of the machine; a look has eight at most.
CALLS, MORE_CALLS = st.sampled_from([1, 2, 3, 4, 5, 6, 8]), st.sampled_from([1, 1, 2, 3, 8])


def one_of(things, which):
    """One of things that are at hand, by a number that fits however many there are."""
    return things[which % len(things)]


def fresh(_world: World) -> None:
    """It waits in its queue."""


def uncertain(world: World) -> None:
    """SES's answer was lost."""
    world.finish(world.look(), Answer.LOST)


def silent(world: World) -> None:
    """It is uncertain, and its window is over."""
    uncertain(world)
    world.pass_time(A_WINDOW)


def due(world: World) -> None:
    """It is uncertain, its window is over, and events come: it may be sent again."""
    silent(world)
    world.hear_of_others()


def left(world: World) -> None:
    """Its worker died with the call on the wire, and its lease is over."""
    look = world.look()
    while not look.calls_ses:
        world.step(look, Ending.ANSWERED, Answer.TAKEN)
    world.kill(look, Reach.NOWHERE)
    world.pass_time(LEASE + timedelta(seconds=1))


def left_long_ago(world: World) -> None:
    """As `left`, and it may be sent again; nobody has looked at it since."""
    left(world)
    world.pass_time(A_WINDOW)
    world.hear_of_others()


def about_to_send_again(world: World) -> None:
    """As `due`, and a worker has decided so."""
    due(world)
    _look_up_to(world, "records.claim_again")


def of_two_minds(world: World) -> None:
    """As `about_to_send_again`, and another worker, who came later, is about to give it up."""
    about_to_send_again(world)
    world.suppress()
    _look_up_to(world, "records.give_up")


def about_to_say_so(world: World) -> None:
    """As `left_long_ago`, and a worker has noticed that the email is uncertain."""
    left_long_ago(world)
    _look_up_to(world, "records.mark_uncertain")


def _look_up_to(world: World, call: str) -> None:
    look = world.look()
    while look.call and look.call.name != call:
        world.step(look, Ending.ANSWERED, Answer.TAKEN)


BEGINS = [
    *[fresh] * 3,
    uncertain,
    silent,
    due,
    left,
    left_long_ago,
    about_to_send_again,
    of_two_minds,
    about_to_say_so,
]
"""How far an email has come when a run begins: so that deep states need no luck."""


def let_its_time_pass(world: World) -> None:
    world.pass_time(timedelta(hours=73))


MEDDLING = [None, None, World.suppress, World.erase, World.cancel, let_its_time_pass]
"""Each ends most stories, so that a run has one at most."""


class Protocol(RuleBasedStateMachine):
    """One email, up to three workers on it, an SES with bad days, and whoever meddles."""

    begins, meddling = BEGINS, MEDDLING

    @initialize(
        guarantee=st.sampled_from(Guarantee),
        copies=st.sampled_from([1, 2]),
        begin=st.runner().flatmap(lambda self: st.sampled_from(self.begins)),
        meddling=st.runner().flatmap(lambda self: st.sampled_from(self.meddling)),
    )
    def accept(self, guarantee, copies, begin, meddling):
        self.world, self.meddler = World(guarantee, copies), meddling
        begin(self.world)

    @precondition(lambda self: self.world.messages and len(self.world.looks) < WORKERS)
    @rule(which=WHICH, calls=CALLS, ending=ENDINGS, answer=ANSWERS, has_time=HAS_TIME)
    def look(self, which, calls, ending, answer, has_time):
        look = self.world.look(one_of(sorted(self.world.messages), which), has_time=has_time)
        self.world.go_on(look, calls, ending, answer)

    @precondition(lambda self: self.world.looks)
    @rule(which=WHICH, calls=MORE_CALLS, ending=ENDINGS, answer=ANSWERS)
    def go_on(self, which, calls, ending, answer):
        self.world.go_on(one_of(self.world.looks, which), calls, ending, answer)

    @precondition(lambda self: self.world.looks)
    @rule(which=WHICH, reach=st.sampled_from(Reach))
    def kill(self, which, reach):
        self.world.kill(one_of(self.world.looks, which), reach)
        self.world.check()

    @precondition(lambda self: self.world.stragglers)
    @rule()
    def arrive(self):
        self.world.arrive()
        self.world.check()

    @rule(duration=TIMES)
    def pass_time(self, duration):
        self.world.pass_time(duration)
        self.world.check()

    @rule(is_late=st.sampled_from([False, False, False, True]))
    def hear_of_others(self, is_late):
        if is_late:
            self.world.fall_behind()
        self.world.hear_of_others()

    @precondition(lambda self: self.world.taken)
    @rule(which=WHICH, kind=KINDS)
    def tell(self, which, kind):
        taken = [each for each in self.world.attempts if each.taken]
        self.world.tell(one_of(taken, which), kind)

    @precondition(lambda self: self.meddler)
    @rule()
    def meddle(self):
        self.meddler(self.world)
        self.world.check()
        self.meddler = None

    def teardown(self):
        if hasattr(self, "world"):
            end(self.world)


def end(world: World) -> None:
    """Everything comes to rest: then each email has a final state, and that is true."""
    for look in list(world.looks):
        world.finish(look)
    while world.stragglers:
        world.arrive()
    for _ in range(ROUNDS):
        world.pass_time(A_WINDOW)
        world.hear_of_others()
        for message in sorted(world.messages):
            world.finish(world.look(message))
    world.check()
    promise(not world.messages, f"it is {world.status} for ever")
    promise(world.record.dispatch is Dispatch.DONE, "its queue forgot it while it waits")
    if world.status in SENT:
        promise(world.taken > 0, f"it is {world.status}, and SES never took it")
    elif world.status is Status.UNKNOWN:
        promise(any(each.is_unheard for each in world.attempts), "nobody had cause to say unknown")
