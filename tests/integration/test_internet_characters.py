"""Servers with worse manners: silent, slow, abrupt, encrypted, out of order; each is a row."""

import math
import smtplib
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.internet import Internet, Outcome, Phase, receiver
from local.internet.behaviours import BEHAVIOURS
from local.internet.characters import Starttls
from tests.integration.internet_sender import DOMAIN, compose, publish_sender, send, sign

ELENA = "elena.ruiz@correo.test"
SENDER = f"0100-1@bounce.{DOMAIN}"


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_sender(internet)
        yield internet


def _connect(internet: Internet, host: str, timeout: float = 5.0) -> smtplib.SMTP:
    address, port = internet.endpoint(host)
    smtp = smtplib.SMTP(timeout=timeout)
    # smtplib knows the name that TLS needs only when it connects by itself.
    smtp._host = address  # type: ignore[attr-defined]  # for the same reason
    smtp.connect(address, port)
    return smtp


def _unchecked() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def test_connection_is_cut_in_the_middle_of_the_message(internet: Internet) -> None:
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        send(internet, "corte@posta.test")
    [transcript] = internet.transcripts.wait_for(len)
    assert transcript.outcome is Outcome.INTERRUPTED
    assert transcript.reply.phase is Phase.DATA
    assert transcript.reply.code == 354
    assert internet.mailbox("corte@posta.test") == []


def test_connections_are_cut_no_more_when_its_seconds_are_over(internet: Internet) -> None:
    internet.servers.change("corte.breve@posta.test", seconds=math.inf)
    with pytest.raises((smtplib.SMTPServerDisconnected, OSError)):
        send(internet, "corte.breve@posta.test")
    internet.servers.change("corte.breve@posta.test", seconds=0)
    assert send(internet, "corte.breve@posta.test").code == 250


def _hand_over(smtp: smtplib.SMTP, address: str) -> None:
    smtp.rcpt(address)
    smtp.data(sign(compose(address), DOMAIN))


@pytest.mark.parametrize("address", ["muda@posta.test", "muda.al.final@posta.test"])
def test_silent_server_outlasts_an_impatient_sender(internet: Internet, address: str) -> None:
    with _connect(internet, "mx.posta.test", timeout=0.3) as smtp:
        smtp.ehlo()
        smtp.mail(SENDER)
        with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
            _hand_over(smtp, address)
    assert internet.mailbox(address) == []


def test_slow_server_takes_its_time_for_each_reply(internet: Internet) -> None:
    internet.servers.change("mx.lento.test", reply_seconds=0.1)
    started = time.monotonic()
    assert send(internet, "sofia@lento.test").code == 250
    assert time.monotonic() - started >= 0.5  # greeting, EHLO, MAIL, RCPT, DATA


def test_server_without_time_says_so_before_anything_else(internet: Internet) -> None:
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        smtplib.SMTP(*internet.endpoint("mx1.ocupado.test"))
    assert refused.value.smtp_code == 421
    assert b"Too many concurrent SMTP connections" in refused.value.smtp_error


def test_host_that_is_down_has_records_and_nobody_listens(internet: Internet) -> None:
    with pytest.raises(ConnectionRefusedError):
        internet.endpoint("mx1.correo-doble.test")
    answer = internet.resolver().resolve("correo-doble.test", "MX")
    assert sorted((each.preference, str(each.exchange)) for each in answer) == [
        (10, "mx1.correo-doble.test."),
        (20, "mx2.correo-doble.test."),
    ]


def test_encrypted_conversation_is_taken_and_written_down(internet: Internet) -> None:
    with _connect(internet, "mx.cifrado.test") as smtp:
        smtp.starttls(context=_unchecked())
        smtp.sendmail(SENDER, ["sofia@cifrado.test"], sign(compose("sofia@cifrado.test"), DOMAIN))
    [transcript] = internet.transcripts.for_recipient("sofia@cifrado.test")
    assert transcript.outcome is Outcome.ACCEPTED
    assert "C: STARTTLS" in transcript.conversation


def test_server_that_requires_encryption_takes_nothing_in_the_clear(internet: Internet) -> None:
    with _connect(internet, "mx.solo-cifrado.test") as smtp:
        smtp.ehlo()
        assert smtp.mail(SENDER) == (530, b"5.7.0 Must issue a STARTTLS command first")
        smtp.starttls(context=_unchecked())
        smtp.ehlo()
        assert smtp.mail(SENDER)[0] == 250


def test_broken_encryption_is_offered_and_fails(internet: Internet) -> None:
    smtp = _connect(internet, "mx.cifrado-roto.test")
    smtp.ehlo()
    assert smtp.has_extn("starttls")
    with pytest.raises(ssl.SSLError):
        smtp.starttls(context=_unchecked())
    smtp.close()


def test_encryption_that_is_repaired_works_at_the_next_connection(internet: Internet) -> None:
    internet.servers.change("mx.cifrado-roto.test", starttls=Starttls.WORKS)
    with _connect(internet, "mx.cifrado-roto.test") as smtp:
        assert smtp.starttls(context=_unchecked())[0] == 220


def test_replies_without_enhanced_codes_come_in_several_lines(internet: Internet) -> None:
    reply = send(internet, "antiguo@hosting-web.test")
    assert (reply.code, reply.enhanced) == (550, "")
    assert len(reply.text.splitlines()) == 3


def test_rows_that_cannot_be_are_refused(internet: Internet) -> None:
    with pytest.raises(ValueError, match=r"reply 'busy' is not known"):
        internet.servers.change("mx.posta.test", turns_away="busy")
    with pytest.raises(ValueError, match=r"starttls 'maybe' is not known"):
        internet.servers.change("mx.posta.test", starttls="maybe")


def test_every_behaviour_has_a_mailbox(internet: Internet) -> None:
    assert {row.behaviour for row in internet.servers.mailboxes()} == set(BEHAVIOURS)


def test_closing_waits_for_no_message_that_is_being_authenticated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def authenticate(*args, **options):
        begun.set()
        go_on.wait(5)
        return _authenticate(*args, **options)

    _authenticate = receiver.authenticate
    monkeypatch.setattr(receiver, "authenticate", authenticate)
    internet = Internet.start(tmp_path)
    publish_sender(internet)
    sender = threading.Thread(target=_send_and_be_cut, args=(internet,))
    sender.start()
    assert begun.wait(5)
    # The look-ups begin when the servers are about to close; nobody may have to wait for them.
    threading.Timer(0.2, go_on.set).start()
    started = time.monotonic()
    internet.close()
    assert time.monotonic() - started < 2
    sender.join()


def _send_and_be_cut(internet: Internet) -> None:
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(internet, ELENA)
