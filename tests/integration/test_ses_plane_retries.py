"""When servers defer, fail or fall silent: retries, expiry, TLS, and nothing lost."""

import itertools
import smtplib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.ses import Disturbance, Scheduled, Settings
from local.ses.events import Event
from tests.integration.local_ses import (
    CONFIGURATION_SET,
    LocalSes,
    client_of,
    running,
    set_up_sender,
    simple,
)
from tests.integration.scripted_smtp import (
    Endpoint,
    answering,
    connected,
    cut_after_data,
    silent,
    tls_context,
    unusable_tls_context,
)

QUICK = Settings(
    retry_delays=(timedelta(milliseconds=100),),
    reply_timeout=timedelta(milliseconds=300),
    connect_timeout=timedelta(milliseconds=300),
    publish_retry_delays=(timedelta(milliseconds=50),) * 3,
)
EXPIRING = replace(QUICK, delivery_seconds_scale=1 / 50_400)
"""Messages expire after a second."""


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses"), settings=QUICK) as started:
        set_up_sender(started)
        yield started


@pytest.fixture(scope="module")
def expiring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses"), settings=EXPIRING) as started:
        set_up_sender(started)
        yield started


_DOMAINS = (f"servidor-{number}.test" for number in itertools.count())


def _guest(ses: LocalSes, *endpoints: Endpoint) -> str:
    """A guest of a new domain whose mail hosts are these servers, the first one first."""
    domain = next(_DOMAINS)
    hosts = [f"mx{number}.{domain}" for number in range(len(endpoints))]
    for host, endpoint in zip(hosts, endpoints, strict=True):
        ses.internet.register_endpoint(host, endpoint)
    ses.internet.dns.publish(domain, "MX", *(f"{n} {host}" for n, host in enumerate(hosts)))
    return f"ana@{domain}"


def _only(recipients: list[dict[str, Any]]) -> dict[str, Any]:
    (recipient,) = recipients
    return recipient


def test_a_deferred_message_is_tried_until_it_is_taken(ses: LocalSes) -> None:
    with answering("451 4.7.1 Try later", "421 4.3.2 Busy", "250 2.0.0 Taken") as (mx, received):
        guest = _guest(ses, mx)
        message_id = ses.send(guest)
        delivery = ses.topic.wait_for(message_id, "Delivery")["delivery"]
    assert delivery["smtpResponse"] == "250 2.0.0 Taken"
    assert ses.topic.types(message_id) == ["Send", "DeliveryDelay", "DeliveryDelay", "Delivery"]
    assert len(set(received)) == 1, "each try carries the same signed message"


def test_a_delay_says_until_when_ses_goes_on(ses: LocalSes) -> None:
    with answering("451 4.7.1 Try later", "250 2.0.0 Taken") as (mx, _):
        guest = _guest(ses, mx)
        message_id = ses.send(guest)
        event = ses.topic.wait_for(message_id, "DeliveryDelay")
        ses.topic.wait_for(message_id, "Delivery")
    accepted = datetime.fromisoformat(event["mail"]["timestamp"])
    expires = datetime.fromisoformat(event["deliveryDelay"]["expirationTime"])
    assert expires - accepted == timedelta(seconds=120)


@pytest.mark.parametrize(
    ("reply", "delay_type"),
    [
        ("452 4.2.2 Mailbox full", "MailboxFull"),
        ("451 4.3.0 Out of order", "RecipientServerError"),
        ("421 4.7.28 Unusual rate from your IP", "IPFailure"),
        ("421 4.7.0 Looks like spam", "SpamDetected"),
        ("450 4.2.0 Greylisted", "General"),
    ],
)
def test_the_reply_decides_the_type_of_a_delay(ses: LocalSes, reply: str, delay_type: str) -> None:
    with answering(reply, "250 2.0.0 Taken") as (mx, _):
        guest = _guest(ses, mx)
        message_id = ses.send(guest)
        event = ses.topic.wait_for(message_id, "DeliveryDelay")
        ses.topic.wait_for(message_id, "Delivery")
    assert event["deliveryDelay"]["delayType"] == delay_type


@pytest.mark.parametrize(
    ("talk", "words"),
    [(silent, "4.4.2 Connection timed out"), (cut_after_data, "4.4.2 Connection dropped")],
)
def test_a_server_that_falls_silent_delays_the_message(
    expiring: LocalSes, talk: Any, words: str
) -> None:
    with connected(talk) as mx:
        guest = _guest(expiring, mx)
        message_id = expiring.send(guest)
        delay = expiring.topic.wait_for(message_id, "DeliveryDelay")["deliveryDelay"]
        bounce = expiring.topic.wait_for(message_id, "Bounce")["bounce"]
    assert delay["delayType"] == "TransientCommunicationFailure"
    assert words in _only(delay["delayedRecipients"])["diagnosticCode"]
    assert f"<421 {words}>" in _only(bounce["bouncedRecipients"])["diagnosticCode"]


def test_a_host_that_falls_silent_leaves_the_message_to_the_next(ses: LocalSes) -> None:
    with connected(silent) as deaf, answering("250 2.0.0 Taken") as (mx, _):
        guest = _guest(ses, deaf, mx)
        message_id = ses.send(guest)
        ses.topic.wait_for(message_id, "Delivery")
    assert ses.topic.types(message_id) == ["Send", "Delivery"]


def test_an_unreachable_server_is_tried_until_the_message_expires(expiring: LocalSes) -> None:
    expiring.internet.dns.publish("apagado.test", "MX", "10 mx.apagado.test")
    message_id = expiring.send("ana@apagado.test")
    bounce = expiring.topic.wait_for(message_id, "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Transient", "General")
    bounced = _only(bounce["bouncedRecipients"])
    assert bounced["status"] == "4.4.7"
    assert bounced["diagnosticCode"] == (
        "smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes."
        "<421 4.4.1 Unable to connect to remote host>"
    )
    assert "remoteMtaIp" not in bounce


def test_a_full_mailbox_expires_as_a_full_mailbox(expiring: LocalSes) -> None:
    reply = "452-4.2.2 The mailbox is full.\r\n452 4.2.2 Come back later"
    with answering(reply) as (mx, _):
        guest = _guest(expiring, mx)
        bounce = expiring.topic.wait_for(expiring.send(guest), "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Transient", "MailboxFull")
    diagnostic = _only(bounce["bouncedRecipients"])["diagnosticCode"]
    assert diagnostic.endswith("<452-4.2.2 The mailbox is full.<CRLF>452 4.2.2 Come back later>")


def test_a_configuration_set_can_end_the_retries_earlier(ses: LocalSes) -> None:
    ses.client.put_configuration_set_delivery_options(
        ConfigurationSetName=CONFIGURATION_SET, MaxDeliverySeconds=300
    )
    try:
        with answering("451 4.7.1 Try later") as (mx, _):
            guest = _guest(ses, mx)
            bounce = ses.topic.wait_for(ses.send(guest), "Bounce")["bounce"]
    finally:
        ses.client.put_configuration_set_delivery_options(ConfigurationSetName=CONFIGURATION_SET)
    assert (bounce["bounceType"], bounce["bounceSubType"]) == (
        "Transient",
        "CustomTimeoutExceeded",
    )
    assert "in 5 minutes." in _only(bounce["bouncedRecipients"])["diagnosticCode"]


def test_tls_is_used_where_it_is_offered(ses: LocalSes, tmp_path: Path) -> None:
    context = tls_context(tmp_path)
    with answering("250 2.0.0 Taken", tls_context=context, require_starttls=True) as (mx, _):
        guest = _guest(ses, mx)
        event = ses.topic.wait_for(ses.send(guest), "Delivery")
    assert event["mail"]["tags"]["ses:outgoing-tls-version"] == ["TLSv1.3"]


def test_tls_that_fails_is_done_without(ses: LocalSes) -> None:
    with answering("250 2.0.0 Taken", tls_context=unusable_tls_context()) as (mx, received):
        guest = _guest(ses, mx)
        event = ses.topic.wait_for(ses.send(guest), "Delivery")
    assert "ses:outgoing-tls-version" not in event["mail"]["tags"]
    assert len(received) == 1


@pytest.mark.parametrize("broken", [False, True], ids=["not offered", "broken"])
def test_tls_that_is_required_is_not_done_without(expiring: LocalSes, broken: bool) -> None:
    ses = expiring
    ses.client.put_configuration_set_delivery_options(
        ConfigurationSetName=CONFIGURATION_SET, TlsPolicy="REQUIRE"
    )
    options = {"tls_context": unusable_tls_context()} if broken else {}
    try:
        with answering("250 2.0.0 Taken", **options) as (mx, received):
            guest = _guest(ses, mx)
            bounce = ses.topic.wait_for(ses.send(guest), "Bounce")["bounce"]
            assert received == []
    finally:
        ses.client.put_configuration_set_delivery_options(ConfigurationSetName=CONFIGURATION_SET)
    assert "<421 4.7.5 TLS" in _only(bounce["bouncedRecipients"])["diagnosticCode"]


def test_a_fault_of_our_own_costs_a_try_and_not_the_email(
    ses: LocalSes, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, calls = smtplib.SMTP.mail, iter([True])

    def faulty(smtp: smtplib.SMTP, *arguments: Any) -> Any:
        if next(calls, False):
            raise ZeroDivisionError
        return original(smtp, *arguments)

    monkeypatch.setattr(smtplib.SMTP, "mail", faulty)
    with answering("250 2.0.0 Taken") as (mx, _):
        guest = _guest(ses, mx)
        message_id = ses.send(guest)
        ses.topic.wait_for(message_id, "Delivery")
    assert ses.topic.types(message_id) == ["Send", "DeliveryDelay", "Delivery"]


def test_an_event_is_offered_again_when_the_topic_refuses_it(ses: LocalSes) -> None:
    refusals = iter([True, True])
    ses.topic.refuses = lambda _: next(refusals, False)
    message_id = ses.send("success@simulator.amazonses.com")
    ses.topic.wait_for(message_id, "Send")
    ses.topic.wait_for(message_id, "Delivery")


class _TwiceAndLate(Disturbance):
    def events(self, event: Event) -> list[Scheduled]:
        if event.type == "SEND":
            return [Scheduled(event=event, delay=timedelta(milliseconds=300))]
        return [Scheduled(event=event)] * 2


def test_events_can_be_disturbed(tmp_path: Path) -> None:
    with running(tmp_path, disturbance=_TwiceAndLate()) as ses:
        set_up_sender(ses)
        message_id = ses.send("success@simulator.amazonses.com")
        ses.topic.wait_for(message_id, "Send")
        assert ses.topic.types(message_id) == ["Delivery", "Delivery", "Send"]


def test_a_burst_is_delivered_whole_by_a_few_threads(tmp_path: Path) -> None:
    with running(tmp_path) as ses:
        set_up_sender(ses)
        _burst(ses, count=120, senders=6)


def _burst(ses: LocalSes, *, count: int, senders: int) -> None:

    def send(part: int) -> list[str]:
        client = client_of(ses.service.endpoint)
        return [
            client.send_email(
                FromEmailAddress="reservas@hotel-sol.test",
                Destination={"ToAddresses": [f"{part}.{n}.{guest}"]},
                Content=simple("Hello"),
                ConfigurationSetName=CONFIGURATION_SET,
            )["MessageId"]
            for n in range(count // senders)
        ]

    with answering("250 2.0.0 Taken") as (mx, received):
        guest = _guest(ses, mx)
        with ThreadPoolExecutor(senders) as pool:
            ids = [i for part in pool.map(send, range(senders)) for i in part]
        assert ses.service.wait_until_idle(timedelta(seconds=20))
        assert len(received) == count
    assert {tuple(ses.topic.types(i)) for i in ids} == {("Send", "Delivery")}


def test_closing_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with connected(silent) as mx, running(tmp_path) as ses:
        set_up_sender(ses)
        guest = _guest(ses, mx)
        ses.send(guest)
        ses.send("ana@apagado.test")
        during = set(threading.enumerate())
        ses.service.close()
        ours = {t for t in during - before if t.name.startswith("ses-")}
        assert len(ours) > QUICK.delivery_workers
        assert not any(thread.is_alive() for thread in ours)
        ses.service.close()
    assert {t for t in set(threading.enumerate()) - before if t.name.startswith("ses-")} == set()
