"""What comes back by mail: bounces, complaints and auto-replies of many makes."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest

from local.ses.bounces import bounce_type
from local.ses.replies import Reply
from local.ses.reports import AutoReply, DeliveryStatus, FeedbackReport, read
from tests.integration.local_ses import DOMAIN, REGION, LocalSes, running, set_up_sender

HOST = f"feedback-smtp.{REGION}.amazonses.com"
COMPLAINTS = f"complaints@{HOST}"
GUEST = "success@simulator.amazonses.com"


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    with running(tmp_path_factory.mktemp("ses")) as started:
        set_up_sender(started)
        yield started


def _report(kind: str, machine_readable: str, third: str = "") -> bytes:
    """A multipart/report (RFC 6522) as a mail server writes it."""
    content_type = {"delivery-status": "delivery-status", "feedback-report": "feedback-report"}
    parts = [
        "Content-Type: text/plain\n\nSomething happened.\n",
        f"Content-Type: message/{content_type[kind]}\n\n{machine_readable}\n",
        f"Content-Type: message/rfc822\n\n{third}\n\nHello.\n" if third else "",
    ]
    body = "".join(f"--=b\n{part}" for part in parts if part)
    head = f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type={kind}; boundary="=b"\n'
    return f"From: mailer@mx.test\nSubject: report\n{head}\n{body}--=b--\n".encode()


def _failure(recipient: str, *fields: str, action: str = "failed") -> bytes:
    per_recipient = [f"Final-Recipient: rfc822; {recipient}", f"Action: {action}", *fields]
    return _report(
        "delivery-status", "Reporting-MTA: dns; mx.posta.test\n\n" + "\n".join(per_recipient)
    )


def _deliver(ses: LocalSes, recipient: str, content: bytes) -> tuple[int, bytes]:
    """Hands a report to SES's own mail server, as any server would."""
    address, port = ses.internet.endpoint(HOST)
    with smtplib.SMTP(address, port, local_hostname="mx.posta.test") as smtp:
        smtp.ehlo()
        smtp.mail("")
        code, reply = smtp.rcpt(recipient)
        return smtp.data(content) if code == 250 else (code, reply)


def test_a_bounce_may_name_an_address_that_was_never_mailed(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    report = _failure(
        "ana@elsewhere.test", "Status: 5.2.1", "Diagnostic-Code: smtp; 550 5.2.1 Disabled"
    )
    assert _deliver(ses, f"{message_id}@bounce.{DOMAIN}", report)[0] == 250
    bounce = ses.topic.wait_for(message_id, "Bounce")["bounce"]
    assert bounce["bouncedRecipients"] == [
        {
            "emailAddress": "ana@elsewhere.test",
            "action": "failed",
            "status": "5.2.1",
            "diagnosticCode": "smtp; 550 5.2.1 Disabled",
        }
    ]
    assert bounce["reportingMTA"] == "dns; mx.posta.test"


def test_a_bounce_with_little_in_it_is_passed_on_with_little(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    _deliver(ses, f"{message_id}@bounce.{DOMAIN}", _failure("ana@posta.test"))
    bounce = ses.topic.wait_for(message_id, "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    assert bounce["bouncedRecipients"] == [{"emailAddress": "ana@posta.test", "action": "failed"}]


@pytest.mark.parametrize(
    "address",
    [
        f"nobody@bounce.{DOMAIN}",
        f"010201a20fed5105-b73fc909-14e7-426c-826e-053cd658e147-000000@bounce.{DOMAIN}",
        f"postmaster@{HOST}",
    ],
)
def test_mail_about_nothing_that_was_sent_is_refused(ses: LocalSes, address: str) -> None:
    code, _ = _deliver(ses, address, _failure("ana@posta.test", "Status: 5.1.1"))
    assert code == 550


def test_an_out_of_office_note_becomes_the_bounce_that_ses_makes_of_it(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    note = EmailMessage()
    note["Auto-Submitted"] = "auto-replied"
    note["Subject"] = "On holiday"
    note.set_content("Back in August.")
    _deliver(ses, f"{message_id}@bounce.{DOMAIN}", note.as_bytes())
    bounce = ses.topic.wait_for(message_id, "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Transient", "General")
    assert bounce["bouncedRecipients"] == [{"emailAddress": GUEST}]


def test_a_reply_by_a_person_and_a_report_of_delay_are_no_events(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    sender = f"{message_id}@bounce.{DOMAIN}"
    delayed = _failure("ana@posta.test", "Status: 4.4.1", action="delayed")
    for content in (b"Subject: Re: booking\r\n\r\nThanks!\r\n", delayed):
        assert _deliver(ses, sender, content)[0] == 250
    _deliver(ses, sender, _failure("ana@posta.test", "Status: 5.1.1"))
    ses.topic.wait_for(message_id, "Bounce")
    assert ses.topic.types(message_id).count("Bounce") == 1


def test_a_complaint_finds_its_message_by_the_returned_copy(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    report = _report(
        "feedback-report",
        "Feedback-Type: abuse\nUser-Agent: Loop/1.0\nVersion: 1\n"
        "Arrival-Date: Tue, 24 Nov 2026 10:00:00 +0100",
        f"Message-ID: <{message_id}@{REGION}.amazonses.com>\nSubject: Hi",
    )
    assert _deliver(ses, COMPLAINTS, report)[0] == 250
    complaint = ses.topic.wait_for(message_id, "Complaint")["complaint"]
    assert complaint["complainedRecipients"] == [{"emailAddress": GUEST}]
    assert complaint["complaintFeedbackType"] == "abuse"
    assert complaint["userAgent"] == "Loop/1.0"
    assert complaint["arrivalDate"] == "2026-11-24T09:00:00.000Z"


@pytest.mark.parametrize("feedback_type", ["not-spam", "auth-failure", "fraud"])
def test_other_feedback_keeps_its_type(ses: LocalSes, feedback_type: str) -> None:
    message_id = ses.send(GUEST)
    report = _report(
        "feedback-report",
        f"Feedback-Type: {feedback_type}\nOriginal-Mail-From: <{message_id}@bounce.{DOMAIN}>",
    )
    _deliver(ses, COMPLAINTS, report)
    complaint = ses.topic.wait_for(message_id, "Complaint")["complaint"]
    assert complaint["complaintFeedbackType"] == feedback_type
    assert "arrivalDate" not in complaint


@pytest.mark.parametrize(
    ("feedback_type", "suppressed"), [("abuse", True), ("not-spam", False), ("auth-failure", False)]
)
def test_only_what_calls_a_message_unwanted_suppresses(
    ses: LocalSes, feedback_type: str, suppressed: bool
) -> None:
    message_id = ses.send(GUEST)
    recipient = f"{feedback_type}@posta.test"
    report = _report(
        "feedback-report",
        f"Feedback-Type: {feedback_type}\nOriginal-Mail-From: <{message_id}@bounce.{DOMAIN}>\n"
        f"Original-Rcpt-To: <{recipient}>",
    )
    _deliver(ses, COMPLAINTS, report)
    complaint = ses.topic.wait_for(message_id, "Complaint")["complaint"]
    assert complaint["complainedRecipients"] == [{"emailAddress": recipient}]
    listed = ses.client.list_suppressed_destinations()["SuppressedDestinationSummaries"]
    assert (recipient in {entry["EmailAddress"] for entry in listed}) is suppressed


def test_a_complaint_about_somebody_elses_message_is_nobodys_event(ses: LocalSes) -> None:
    before = len(ses.topic.events())
    assert ses.service.wait_until_idle(timedelta(seconds=10))
    report = _report("feedback-report", "Feedback-Type: abuse", "Message-ID: <x@elsewhere.test>")
    assert _deliver(ses, COMPLAINTS, report)[0] == 250
    assert ses.service.wait_until_idle(timedelta(seconds=10))
    assert len(ses.topic.events()) == before


def test_reports_are_told_apart() -> None:
    assert isinstance(read(_failure("ana@posta.test", "Status: 5.1.1")), DeliveryStatus)
    assert isinstance(read(_report("feedback-report", "Feedback-Type: abuse")), FeedbackReport)
    assert isinstance(read(b"Auto-Submitted: auto-replied; x=1\n\nGone.\n"), AutoReply)
    assert read(b"Auto-Submitted: no\n\nHello.\n") is None
    assert read(b"") is None


@pytest.mark.parametrize(
    ("code", "words", "status"),
    [
        (550, b"5.1.1 user unknown", "5.1.1"),
        (550, b"sorry, no mailbox here (#5.1.1 - chkusr)", "5.1.1"),
        (550, b"blocked: 5.12.33.4 is listed", "5.0.0"),
        (451, b"later", "4.0.0"),
        (-1, b"rubbish", "4.5.0"),
    ],
)
def test_a_status_is_read_from_a_reply(code: int, words: bytes, status: str) -> None:
    assert Reply.of(code, words).status == status


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        ("5.1.1", "550 5.1.1 user unknown", "Permanent/General"),
        ("5.1.10", "550 5.1.10 not found", "Permanent/General"),
        ("5.2.1", "550 5.2.1 disabled", "Permanent/General"),
        ("5.2.2", "552 5.2.2 over quota", "Transient/MailboxFull"),
        ("4.2.2", "452 4.2.2 over quota", "Transient/MailboxFull"),
        ("5.3.4", "552 5.3.4 too big", "Transient/MessageTooLarge"),
        ("5.2.3", "552 5.2.3 too big", "Transient/MessageTooLarge"),
        ("5.7.1", "550 5.7.1 unsolicited mail", "Transient/ContentRejected"),
        ("5.7.1", "554 5.7.1 attachment type refused", "Transient/AttachmentRejected"),
        ("5.6.0", "550 5.6.0 cannot be read", "Transient/ContentRejected"),
        ("5.7.1", "550 5.7.1 policy", "Permanent/General"),
        ("5.7.515", "550 5.7.515 not authenticated", "Permanent/General"),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", "Permanent/General"),
        ("5.4.4", "550 5.4.4 Invalid domain", "Transient/General"),
        ("5.0.0", "550 no", "Permanent/General"),
        ("4.4.7", "554 4.4.7 expired", "Transient/General"),
        ("", "", "Undetermined/Undetermined"),
    ],
)
def test_a_failure_is_named_as_ses_names_it(status: str, text: str, expected: str) -> None:
    found = bounce_type(status, text)
    assert f"{found.type}/{found.subtype}" == expected
