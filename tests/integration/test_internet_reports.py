"""What servers do after accepting: real notifications (RFC 3464) and reports (RFC 5965)."""

from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from local.internet import Internet, Outcome, Transcript
from local.internet.transcripts import LaterKind
from tests.integration.internet_sender import (
    DOMAIN,
    MAIL_FROM_DOMAIN,
    FeedbackHost,
    compose,
    publish_sender,
    send,
    sign,
)

CARLA = "carla.nunez@mail-azul.test"
DAVID = "david.moreno@posta.test"
SENDER = f"0100-1@{MAIL_FROM_DOMAIN}"
COMPLAINTS = "complaints@feedback.provider.test"


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_sender(internet)
        internet.dns.publish("feedback.provider.test", "A", "127.0.0.1")
        for address in (CARLA, DAVID):
            internet.servers.change(address, seconds=0)
        yield internet


@pytest.fixture
def feedback_host(internet: Internet) -> Iterator[FeedbackHost]:
    with FeedbackHost() as host:
        internet.register_endpoint("feedback.provider.test", host.endpoint)
        yield host


def reported(internet: Internet, address: str) -> Transcript:
    """The transcript, once the report about it was handed over or was given up."""

    def is_reported(transcripts: object) -> bool:
        del transcripts
        return any(
            later.report_reply
            for each in internet.transcripts.for_recipient(address)
            for later in each.later
        )

    internet.transcripts.wait_for(is_reported)
    [transcript] = internet.transcripts.for_recipient(address)
    return transcript


def parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    assert isinstance(payload, list)
    return [each for each in payload if isinstance(each, Message)]


def test_late_bounce_comes_back_as_a_delivery_status_notification(
    internet: Internet, feedback_host: FeedbackHost
) -> None:
    assert send(internet, CARLA).code == 250
    report = feedback_host.next_report()
    assert report.mail_from in ("", "<>")
    assert report.recipient == SENDER
    assert report.message.get_content_type() == "multipart/report"
    assert report.message.get_param("report-type") == "delivery-status"
    text, status, header = parts(report.message)
    about_message, about_recipient = parts(status)
    assert about_message["Reporting-MTA"] == "dns; mail-azul-test.correo-protegido.test"
    assert about_recipient["Final-Recipient"] == f"rfc822; {CARLA}"
    assert about_recipient["Action"] == "failed"
    assert about_recipient["Status"] == "5.2.1"
    assert about_recipient["Diagnostic-Code"].startswith("smtp; 550 5.2.1 ")
    assert CARLA in str(text.get_payload())
    assert "Message-ID: <reserva-1@hotel-sol.test>" in str(header.get_payload())


def test_late_bounce_is_in_the_transcript(internet: Internet, feedback_host: FeedbackHost) -> None:
    send(internet, CARLA)
    feedback_host.next_report()
    transcript = reported(internet, CARLA)
    assert transcript.outcome is Outcome.ACCEPTED
    [later] = transcript.later
    assert (later.kind, later.status) == (LaterKind.BOUNCED, "5.2.1")
    assert later.diagnostic.startswith("smtp; 550 5.2.1 ")
    assert (later.reported_to, later.report_reply) == (SENDER, "250 2.0.0 Noted")


def test_late_bounce_is_in_the_transcript_before_the_sender_hears_of_it(
    internet: Internet, feedback_host: FeedbackHost
) -> None:
    send(internet, CARLA)
    feedback_host.next_report()
    [transcript] = internet.transcripts.for_recipient(CARLA)
    assert [later.kind for later in transcript.later] == [LaterKind.BOUNCED]


def test_late_bounce_words_any_refusal(internet: Internet, feedback_host: FeedbackHost) -> None:
    internet.servers.change(CARLA, reply="550-User\n550 unknown")
    send(internet, CARLA)
    _, status, _ = parts(feedback_host.next_report().message)
    assert parts(status)[1]["Status"] == "5.0.0"
    assert parts(status)[1]["Diagnostic-Code"] == "smtp; 550-User 550 unknown"


def test_complaint_goes_to_who_registered_for_the_signature(
    internet: Internet, feedback_host: FeedbackHost
) -> None:
    internet.feedback_loops.register("provider.test", COMPLAINTS)
    content = sign(compose(DAVID), DOMAIN, "provider.test")
    assert send(internet, DAVID, content).code == 250
    report = feedback_host.next_report()
    assert report.recipient == COMPLAINTS
    assert report.message.get_param("report-type") == "feedback-report"
    _, feedback, original = parts(report.message)
    assert feedback.get_content_type() == "message/feedback-report"
    fields = str(feedback.get_payload(0) if feedback.is_multipart() else feedback.get_payload())
    assert "Feedback-Type: abuse" in fields
    assert "Version: 1" in fields
    assert f"Original-Mail-From: <{SENDER}>" in fields
    assert f"Original-Rcpt-To: <{DAVID}>" in fields
    assert "Reported-Domain: hotel-sol.test" in fields
    assert "Source-IP: 127.0.0.1" in fields
    [returned] = parts(original)
    assert returned["Message-ID"] == "<reserva-1@hotel-sol.test>"
    assert returned.get_all("DKIM-Signature")
    [later] = reported(internet, DAVID).later
    assert (later.kind, later.reported_to) == (LaterKind.COMPLAINED, COMPLAINTS)
    assert later.report_reply == "250 2.0.0 Noted"


def test_complaint_returns_the_message_unchanged(
    internet: Internet, feedback_host: FeedbackHost
) -> None:
    internet.feedback_loops.register(DOMAIN, COMPLAINTS)
    content = sign(compose(DAVID, subject="Ñandú y más, " + "con un asunto largo " * 8), DOMAIN)
    send(internet, DAVID, content)
    assert content in feedback_host.next_report().raw


def test_complaint_without_a_registration_is_told_to_nobody(internet: Internet) -> None:
    send(internet, DAVID)
    [later] = reported(internet, DAVID).later
    assert (later.reported_to, later.report_reply) == ("", "nobody to report to")


def test_null_sender_gets_no_notification(internet: Internet) -> None:
    send(internet, CARLA, mail_from="")
    [later] = reported(internet, CARLA).later
    assert (later.kind, later.report_reply) == (LaterKind.BOUNCED, "nobody to report to")


@pytest.mark.parametrize(
    ("mail_hosts", "problem"),
    [
        ("0 .", "no mail host for 'bounce.hotel-sol.test' in DNS"),
        ("10 mx.nowhere.test", "mx.nowhere.test: no SMTP server listens at mx.nowhere.test"),
    ],
)
def test_notification_that_cannot_be_handed_over_says_why(
    internet: Internet, mail_hosts: str, problem: str
) -> None:
    internet.dns.publish(MAIL_FROM_DOMAIN, "MX", mail_hosts)
    send(internet, CARLA)
    assert reported(internet, CARLA).later[0].report_reply == problem


def test_notification_refused_by_the_sender_says_so(internet: Internet) -> None:
    internet.dns.publish(MAIL_FROM_DOMAIN, "MX", "10 mx.posta.test")
    send(internet, CARLA)
    [later] = reported(internet, CARLA).later
    assert later.report_reply == f"554 5.7.1 <{SENDER}>: Relay access denied"
