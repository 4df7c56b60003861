"""Who asks SES how a sender is authenticated, and how often."""

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from bellhop.domain.senders import Alignment, Sender, SenderState
from bellhop.ses.identities import SesIdentities
from bellhop.usecases.alignments import FRESH_FOR, PAUSE, Alignments
from tests.builders import NOW, TENANT
from tests.unit.fakes import FakeClock, FakeIdentities, FakeSenders

DOMAIN = "hotel-sol.test"


class World:
    """Two workers of one table."""

    def __init__(self) -> None:
        sender = Sender(tenant=TENANT, domain=DOMAIN, state=SenderState.VERIFIED, checked_at=NOW)
        self.senders, self.identities = FakeSenders(sender), FakeIdentities()
        self.clock = FakeClock(NOW)
        self.workers = [
            Alignments(senders=self.senders, identities=self.identities, clock=self.clock)
            for _ in range(2)
        ]

    def ask(self) -> list[Alignment | None]:
        return [worker.of(TENANT, DOMAIN) for worker in self.workers]


def test_ses_is_asked_once_for_all_workers():
    world = World()
    assert world.ask() == world.ask() == [Alignment(dkim=True, spf=True, checked_at=NOW)] * 2
    assert world.identities.questions == 1


def test_a_record_that_was_lost_is_noticed_within_a_quarter_of_an_hour():
    world = World()
    world.ask()
    world.identities.dkim = False
    world.clock.pass_time(seconds=FRESH_FOR.total_seconds())
    first, second = world.ask()
    assert first == second == Alignment(dkim=False, spf=True, checked_at=world.clock.now)


def test_what_ses_said_long_ago_is_not_told_as_if_it_were_known():
    world = World()
    world.ask()
    world.identities.is_down = True
    world.clock.pass_time(seconds=FRESH_FOR.total_seconds())
    assert world.ask() == [None, None]


def test_ses_that_does_not_answer_is_left_alone_for_a_while():
    world = World()
    world.identities.is_down = True
    world.ask()
    world.ask()
    assert world.identities.questions == len(world.workers)
    world.identities.is_down = False
    world.clock.pass_time(seconds=PAUSE.total_seconds())
    assert None not in world.ask()


def test_a_sender_that_is_gone_is_not_asked_for():
    world = World()
    assert world.workers[0].of("hotel-mar", DOMAIN) is None
    assert world.identities.questions == 0


class Client:
    """SES with one identity."""

    def __init__(self, answer: dict | Exception) -> None:
        self.answer = answer

    def get_email_identity(self, EmailIdentity: str) -> dict:  # noqa: N803 - boto3's spelling
        assert EmailIdentity == DOMAIN
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("signing", "dkim", "mail_from", "expected"),
    [
        (True, "SUCCESS", "SUCCESS", (True, True)),
        (True, "SUCCESS", "FAILED", (True, False)),  # SES falls back to its own MAIL FROM domain
        (True, "SUCCESS", None, (True, False)),  # adopted, and never given one
        (False, "SUCCESS", "SUCCESS", (False, True)),
        (True, "TEMPORARY_FAILURE", "SUCCESS", (False, True)),
        (True, "TEMPORARY_FAILURE", "PENDING", (False, False)),
        (False, "NOT_STARTED", "TEMPORARY_FAILURE", (False, False)),
    ],
)
def test_an_identitys_states_say_what_is_aligned(signing, dkim, mail_from, expected):
    answer = {"DkimAttributes": {"SigningEnabled": signing, "Status": dkim}}
    if mail_from:
        answer["MailFromAttributes"] = {"MailFromDomainStatus": mail_from}
    alignment = SesIdentities(Client(answer)).alignment_of(DOMAIN, NOW)
    assert (alignment.dkim, alignment.spf) == expected
    assert alignment.is_aligned is any(expected)


@pytest.mark.parametrize(
    "error",
    [
        ClientError({"Error": {"Code": "TooManyRequestsException"}}, "GetEmailIdentity"),
        ReadTimeoutError(endpoint_url="https://email.eu-west-1.amazonaws.com"),
    ],
    ids=["throttled", "silent"],
)
def test_an_identity_that_cannot_be_asked_for_is_not_known(error):
    assert SesIdentities(Client(error)).alignment_of(DOMAIN, NOW) is None
