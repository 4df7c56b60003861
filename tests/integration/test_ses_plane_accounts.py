"""The sandbox, quotas, pauses and a suspension; sending domains in every state: all from rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.ses import Settings
from local.ses.characters import load_sending_domains, load_standings
from tests.integration.local_ses import CONFIGURATION_SET, LocalSes, running, set_up_sender

GUEST = "elena.ruiz@correo.test"
SIMULATED = "success@simulator.amazonses.com"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses")) as started:
        set_up_sender(started)
        yield started


@pytest.fixture
def ses(shared: LocalSes) -> Iterator[LocalSes]:
    """One that goes on; its account is in order again after each test."""
    yield shared
    shared.service.standing.become("production")


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[LocalSes]:
    """One that has sent nothing yet."""
    with running(tmp_path) as started:
        set_up_sender(started)
        yield started


def _refusal(ses: LocalSes, recipient: str = GUEST, **changes: Any) -> tuple[str, int, str]:
    """Name, HTTP status and message of the error that an email meets."""
    with pytest.raises(ClientError) as raised:
        ses.send(recipient, **changes)
    response = raised.value.response
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    return response["Error"]["Code"], status, response["Error"]["Message"]


def test_in_the_sandbox_only_verified_recipients_get_mail(ses: LocalSes) -> None:
    ses.service.standing.become("sandbox", max_send_rate=50)
    assert _refusal(ses) == (
        "MessageRejected",
        400,
        "Email address is not verified. The following identities failed the check in region"
        f" EU-WEST-1: {GUEST}",
    )
    assert ses.send("recepcion@hotel-sol.test")  # its domain is verified
    assert ses.send(SIMULATED)
    assert ses.client.get_account()["ProductionAccessEnabled"] is False


def test_the_days_quota_counts_recipients_and_not_the_simulators(fresh: LocalSes) -> None:
    fresh.service.standing.become("beginner", max_24_hour_send=2)
    fresh.send(GUEST)
    two = {"ToAddresses": [GUEST], "CcAddresses": ["sofia@lento.test"]}
    error = ("LimitExceededException", 400, "Daily message quota exceeded.")
    assert _refusal(fresh, Destination=two) == error
    fresh.send(GUEST)
    assert _refusal(fresh) == error
    assert fresh.send(SIMULATED)
    assert fresh.client.get_account()["SendQuota"]["SentLast24Hours"] == 2.0


def _is_taken(ses: LocalSes) -> bool:
    try:
        return bool(ses.send(SIMULATED))
    except ClientError:
        return False


def test_the_send_rate_lets_one_second_of_it_pass_at_once(fresh: LocalSes) -> None:
    fresh.service.standing.become("crawling", max_send_rate=3.0)
    taken = [_is_taken(fresh) for _ in range(10)]
    assert taken[:3] == [True] * 3
    assert not all(taken)
    fresh.service.standing.change(max_send_rate=0.001)
    assert _refusal(fresh, SIMULATED) == (
        "TooManyRequestsException",
        429,
        "Maximum sending rate exceeded.",
    )


def test_a_message_to_many_passes_and_is_made_up_for(fresh: LocalSes) -> None:
    fresh.service.standing.become("crawling")
    many = {"ToAddresses": [f"success+{number}@simulator.amazonses.com" for number in range(5)]}
    fresh.send(SIMULATED, Destination=many)
    assert _refusal(fresh, SIMULATED)[0] == "TooManyRequestsException"


def test_no_limit_is_no_limit(ses: LocalSes) -> None:
    ses.service.standing.change(max_24_hour_send=-1.0)
    assert ses.send(GUEST)


def test_what_is_refused_uses_up_no_quota(fresh: LocalSes) -> None:
    fresh.service.standing.become("beginner", max_24_hour_send=1)
    _refusal(fresh, FromEmailAddress="x@unknown.test")
    assert fresh.send(GUEST)


def test_an_account_is_paused_and_resumed_by_its_owner(ses: LocalSes) -> None:
    ses.client.put_account_sending_attributes(SendingEnabled=False)
    assert _refusal(ses)[:2] == ("SendingPausedException", 400)
    assert ses.client.get_account()["SendingEnabled"] is False
    ses.client.put_account_sending_attributes(SendingEnabled=True)
    assert ses.send(GUEST)


def test_a_suspended_account_sends_nothing(ses: LocalSes) -> None:
    ses.service.standing.become("suspended")
    assert _refusal(ses)[:2] == ("AccountSuspendedException", 400)
    assert ses.client.get_account()["EnforcementStatus"] == "SHUTDOWN"


def test_a_paused_configuration_set_stops_its_own_messages_only(ses: LocalSes) -> None:
    ses.client.put_configuration_set_sending_options(
        ConfigurationSetName=CONFIGURATION_SET, SendingEnabled=False
    )
    assert _refusal(ses)[:2] == ("SendingPausedException", 400)
    ses.client.create_configuration_set(ConfigurationSetName="other")
    assert ses.send(GUEST, ConfigurationSetName="other")
    ses.client.put_configuration_set_sending_options(
        ConfigurationSetName=CONFIGURATION_SET, SendingEnabled=True
    )


def test_an_account_begins_in_the_state_that_the_settings_name(tmp_path: Path) -> None:
    with running(tmp_path, settings=Settings(account="suspended")) as ses:
        assert ses.client.get_account()["EnforcementStatus"] == "SHUTDOWN"


def test_a_state_without_a_row_is_named(ses: LocalSes) -> None:
    with pytest.raises(KeyError, match="no account is 'bankrupt'"):
        ses.service.standing.become("bankrupt")
    with pytest.raises(KeyError, match=r"no sending domain is 'nobody\.test'"):
        ses.service.add_sending_domain("nobody.test")
    assert {"production", "sandbox", "suspended"} <= set(load_standings())


@pytest.mark.parametrize(
    ("domain", "status", "sends"),
    [
        ("hotel-nuevo.test", "PENDING", False),
        ("hotel-a-medias.test", "PENDING", False),
        ("hotel-olvido.test", "FAILED", False),
        ("hotel-mudanza.test", "TEMPORARY_FAILURE", True),
        ("hotel-sin-retorno.test", "SUCCESS", True),
    ],
)
def test_a_sending_domain_is_what_its_records_make_it(
    ses: LocalSes, domain: str, status: str, sends: bool
) -> None:
    ses.service.add_sending_domain(domain)
    identity = ses.client.get_email_identity(EmailIdentity=domain)
    assert identity["VerificationStatus"] == status
    assert identity["VerifiedForSendingStatus"] is sends
    sender = f"reservas@{domain}"
    if sends:
        assert ses.send(GUEST, FromEmailAddress=sender)
    else:
        assert "is not verified" in _refusal(ses, FromEmailAddress=sender)[2]


def test_a_pending_domain_is_verified_when_its_owner_publishes(fresh: LocalSes) -> None:
    fresh.service.add_sending_domain("hotel-nuevo.test")
    identity = fresh.client.get_email_identity(EmailIdentity="hotel-nuevo.test")
    for token in identity["DkimAttributes"]["Tokens"]:
        name = f"{token}._domainkey.hotel-nuevo.test"
        fresh.internet.dns.publish(name, "CNAME", f"{token}.dkim.amazonses.com")
    assert fresh.send(GUEST, FromEmailAddress="reservas@hotel-nuevo.test")


def test_who_wants_no_fallback_sends_nothing_without_mail_from(ses: LocalSes) -> None:
    ses.service.add_sending_domain("hotel-exigente.test")
    error = _refusal(ses, FromEmailAddress="reservas@hotel-exigente.test")
    assert error[:2] == ("MailFromDomainNotVerifiedException", 400)


def test_every_sending_domain_has_a_story() -> None:
    assert all(row.story for row in load_sending_domains().values())
