"""What becomes of a message that the local SES took: over SMTP, and in the events."""

import email
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default

import pytest

from local.ses import Settings
from tests.integration.local_ses import (
    CONFIGURATION_SET,
    DOMAIN,
    REGION,
    SENDER,
    LocalSes,
    raw,
    running,
    set_up_sender,
    simple,
)

GUEST = "elena.ruiz@correo.test"


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    settings = Settings(retry_delays=(timedelta(milliseconds=400),))
    with running(tmp_path_factory.mktemp("ses"), settings=settings) as started:
        set_up_sender(started)
        yield started


def _received(ses: LocalSes, recipient: str, message_id: str) -> email.message.EmailMessage:
    """The message as it lies in the recipient's mailbox."""
    wanted = f"<{message_id}@{REGION}.amazonses.com>"
    messages = [
        email.message_from_bytes(stored.raw, policy=default)
        for stored in ses.internet.mailbox(recipient)
    ]
    return next(message for message in messages if message["Message-ID"] == wanted)


def test_an_accepted_message_passes_spf_dkim_and_dmarc(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    event = ses.topic.wait_for(message_id, "Delivery")
    transcript = ses.internet.transcripts.for_recipient(GUEST)[-1]
    assert event["delivery"]["smtpResponse"] == transcript.reply.text
    verdicts = transcript.verdicts
    assert verdicts is not None
    assert (verdicts.spf, verdicts.dkim, verdicts.dmarc) == ("pass", "pass", "pass")
    received = _received(ses, GUEST, message_id)
    domains = [
        signature.split("d=")[1].split(";")[0]
        for signature in received.get_all("DKIM-Signature", [])
    ]
    assert domains == [DOMAIN, "amazonses.com"]
    assert received["Return-Path"] == f"<{message_id}@bounce.{DOMAIN}>"
    assert received["Feedback-ID"].endswith(":AmazonSES")


def test_send_is_told_before_what_follows(ses: LocalSes) -> None:
    message_id = ses.send(GUEST)
    ses.topic.wait_for(message_id, "Delivery")
    assert ses.topic.types(message_id) == ["Send", "Delivery"]


def test_raw_messages_keep_their_headers_and_lose_what_ses_replaces(ses: LocalSes) -> None:
    headers = {
        "From": SENDER,
        "To": GUEST,
        "Subject": "=?utf-8?q?Habitaci=C3=B3n?=",
        "Message-ID": "<own@hotel-sol.test>",
        "Date": "Mon, 01 Jan 2024 10:00:00 +0000",
        "Bcc": "secret@correo.test",
        "X-Booking": "first line\r\n second line",
    }
    message_id = ses.send(GUEST, Content=raw(headers))
    ses.topic.wait_for(message_id, "Delivery")
    received = _received(ses, GUEST, message_id)
    assert received["Subject"] == "Habitación"
    assert received["X-Booking"] == "first line second line"
    assert received["Bcc"] is None
    assert received["Date"] != headers["Date"]
    assert received.get_content().strip() == "See you soon."


def test_text_and_html_and_attachments_arrive_together(ses: LocalSes) -> None:
    content = simple("Your booking")
    content["Simple"]["Body"]["Html"] = {"Data": "<p>See you soon.</p>"}
    content["Simple"]["Headers"] = [{"Name": "X-Room", "Value": "12"}]
    content["Simple"]["Attachments"] = [
        {"FileName": "plan.pdf", "RawContent": b"%PDF-", "ContentType": "application/pdf"}
    ]
    message_id = ses.send(GUEST, Content=content)
    ses.topic.wait_for(message_id, "Delivery")
    received = _received(ses, GUEST, message_id)
    html, text = received.get_body(("html",)), received.get_body(("plain",))
    assert html is not None
    assert text is not None
    assert (text.get_content().strip(), html.get_content().strip()) == (
        "See you soon.",
        "<p>See you soon.</p>",
    )
    assert [part.get_filename() for part in received.iter_attachments()] == ["plan.pdf"]
    assert received["X-Room"] == "12"


def test_an_unknown_user_bounces_with_the_servers_own_words(ses: LocalSes) -> None:
    recipient = "noexiste@correo.test"
    message_id = ses.send(recipient)
    bounce = ses.topic.wait_for(message_id, "Bounce")["bounce"]
    transcript = ses.internet.transcripts.for_recipient(recipient)[-1]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == ("Permanent", "General")
    (bounced,) = bounce["bouncedRecipients"]
    assert bounced["diagnosticCode"] == f"smtp; {transcript.reply.text}"
    assert bounced["diagnosticCode"].startswith("smtp; 550-5.1.1")
    assert (bounced["status"], bounced["action"]) == ("5.1.1", "failed")


def test_a_changed_reply_changes_the_event(ses: LocalSes) -> None:
    recipient = "lleno@correo.test"
    ses.internet.servers.change(recipient, reply="552 5.2.2 Mailbox full")
    first = ses.topic.wait_for(ses.send(recipient), "Bounce")["bounce"]
    assert (first["bounceType"], first["bounceSubType"]) == ("Transient", "MailboxFull")
    ses.internet.servers.change(recipient, reply="554 5.7.1 Rejected by policy")
    second = ses.topic.wait_for(ses.send(recipient), "Bounce")["bounce"]
    assert (second["bounceType"], second["bounceSubType"]) == ("Permanent", "General")
    assert second["bouncedRecipients"][0]["diagnosticCode"] == "smtp; 554 5.7.1 Rejected by policy"


def test_a_greylisted_message_is_delayed_and_then_delivered(ses: LocalSes) -> None:
    recipient = "bruno.costa@posta.test"
    message_id = ses.send(recipient)
    delay = ses.topic.wait_for(message_id, "DeliveryDelay")["deliveryDelay"]
    (delayed,) = delay["delayedRecipients"]
    assert delayed["emailAddress"] == recipient
    assert delayed["status"].startswith("4.")
    delivery = ses.topic.wait_for(message_id, "Delivery")["delivery"]
    assert delivery["processingTimeMillis"] >= 400


def test_a_late_bounce_comes_after_the_delivery(ses: LocalSes) -> None:
    recipient = "carla.nunez@mail-azul.test"
    message_id = ses.send(recipient)
    ses.topic.wait_for(message_id, "Delivery")
    bounce = ses.topic.wait_for(message_id, "Bounce")["bounce"]
    assert ses.topic.types(message_id) == ["Send", "Delivery", "Bounce"]
    (bounced,) = bounce["bouncedRecipients"]
    assert bounced["emailAddress"] == recipient
    (later,) = ses.internet.transcripts.for_recipient(recipient)[-1].later
    assert (bounced["status"], bounced["diagnosticCode"]) == (later.status, later.diagnostic)
    assert bounce["reportingMTA"].startswith("dns; ")
    entry = ses.client.get_suppressed_destination(EmailAddress=recipient)["SuppressedDestination"]
    assert entry["Reason"] == "BOUNCE"
    assert entry["Attributes"] == {"MessageId": message_id, "FeedbackId": bounce["feedbackId"]}


def test_a_complaint_suppresses_the_next_message(ses: LocalSes) -> None:
    recipient = "david.moreno@posta.test"
    first = ses.send(recipient)
    complaint = ses.topic.wait_for(first, "Complaint")["complaint"]
    assert complaint["complainedRecipients"] == [{"emailAddress": recipient}]
    assert complaint["complaintFeedbackType"] == "abuse"
    before = len(ses.internet.transcripts.for_recipient(recipient))
    second = ses.send(recipient)
    bounce = ses.topic.wait_for(second, "Bounce")["bounce"]
    assert (bounce["bounceType"], bounce["bounceSubType"]) == (
        "Permanent",
        "OnAccountSuppressionList",
    )
    assert "suppression list for your account" in bounce["bouncedRecipients"][0]["diagnosticCode"]
    assert len(ses.internet.transcripts.for_recipient(recipient)) == before


def test_a_configuration_set_decides_what_suppresses(ses: LocalSes) -> None:
    recipient = "noexiste2@correo.test"
    ses.client.put_configuration_set_suppression_options(
        ConfigurationSetName=CONFIGURATION_SET, SuppressedReasons=["COMPLAINT"]
    )
    try:
        for _ in range(2):
            bounce = ses.topic.wait_for(ses.send(recipient), "Bounce")["bounce"]
            assert bounce["bounceSubType"] == "General"
    finally:
        ses.client.put_configuration_set_suppression_options(
            ConfigurationSetName=CONFIGURATION_SET, SuppressedReasons=["BOUNCE", "COMPLAINT"]
        )


def test_a_quarantined_message_is_delivered_as_far_as_ses_knows(ses: LocalSes) -> None:
    recipient = "recepcion@hotel-sol.test"
    message_id = ses.send(recipient)
    ses.topic.wait_for(message_id, "Delivery")
    (stored,) = ses.internet.mailbox(recipient)
    assert stored.folder == "quarantine"
    assert ses.topic.types(message_id) == ["Send", "Delivery"]


def test_a_domain_that_does_not_exist_bounces_without_smtp(ses: LocalSes) -> None:
    bounce = ses.topic.wait_for(ses.send("ana@no-such-domain.test"), "Bounce")["bounce"]
    assert bounce["bounceType"] == "Transient"
    assert bounce["bouncedRecipients"][0]["diagnosticCode"] == "smtp; 550 5.4.4 Invalid domain"


def test_a_domain_that_takes_no_mail_bounces_for_good(ses: LocalSes) -> None:
    ses.internet.dns.publish("sin-correo.test", "MX", "0 .")
    bounce = ses.topic.wait_for(ses.send("ana@sin-correo.test"), "Bounce")["bounce"]
    assert bounce["bounceType"] == "Permanent"
    assert bounce["bouncedRecipients"][0]["status"] == "5.1.10"


def test_a_domain_without_mx_is_its_own_mail_host(ses: LocalSes) -> None:
    ses.internet.dns.publish("solo-a.test", "A", "127.0.0.1")
    ses.internet.register_endpoint("solo-a.test", ses.internet.endpoint("mx1.correo.test"))
    bounce = ses.topic.wait_for(ses.send("ana@solo-a.test"), "Bounce")["bounce"]
    assert bounce["remoteMtaIp"] == "127.0.0.1"


def test_the_next_host_takes_the_message_when_the_first_is_down(ses: LocalSes) -> None:
    ses.internet.dns.publish("correo.test", "MX", "5 gone.correo.test", "10 mx1.correo.test")
    try:
        message_id = ses.send(GUEST)
        ses.topic.wait_for(message_id, "Delivery")
        assert ses.topic.types(message_id) == ["Send", "Delivery"]
    finally:
        ses.internet.dns.publish("correo.test", "MX", "10 mx1.correo.test")


def test_each_recipient_gets_a_copy_and_an_event(ses: LocalSes) -> None:
    both = {"ToAddresses": [GUEST], "CcAddresses": ["noexiste3@correo.test"]}
    message_id = ses.send(GUEST, Destination=both)
    delivery = ses.topic.wait_for(message_id, "Delivery")
    bounce = ses.topic.wait_for(message_id, "Bounce")
    assert delivery["delivery"]["recipients"] == [GUEST]
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == "noexiste3@correo.test"
    assert delivery["mail"]["destination"] == [GUEST, "noexiste3@correo.test"]


@pytest.mark.parametrize(
    ("mailbox", "types", "kind"),
    [
        ("success", ["Send", "Delivery"], None),
        ("success+booking", ["Send", "Delivery"], None),
        ("bounce+1", ["Send", "Bounce"], ("Permanent", "General")),
        ("ooto", ["Send", "Delivery", "Bounce"], ("Transient", "General")),
        ("complaint", ["Send", "Delivery", "Complaint"], None),
        ("suppressionlist", ["Send", "Bounce"], ("Permanent", "Suppressed")),
    ],
)
def test_the_mailbox_simulator_plays_its_parts_again_and_again(
    ses: LocalSes, mailbox: str, types: list[str], kind: tuple[str, str] | None
) -> None:
    recipient = f"{mailbox}@simulator.amazonses.com"
    for _ in range(2):
        message_id = ses.send(recipient)
        last = ses.topic.wait_for(message_id, types[-1])
        assert ses.topic.types(message_id) == types
        if kind:
            assert (last["bounce"]["bounceType"], last["bounce"]["bounceSubType"]) == kind
    assert ses.internet.transcripts.for_recipient(recipient) == []


def test_without_a_usable_mail_from_domain_ses_uses_its_own(ses: LocalSes) -> None:
    domain = "hotel-mar.test"
    answer = ses.client.create_email_identity(EmailIdentity=domain)
    for token in answer["DkimAttributes"]["Tokens"]:
        ses.internet.dns.publish(
            f"{token}._domainkey.{domain}", "CNAME", f"{token}.dkim.amazonses.com"
        )
    message_id = ses.send(GUEST, FromEmailAddress=f"reservas@www.{domain}")
    ses.topic.wait_for(message_id, "Delivery")
    transcript = ses.internet.transcripts.for_recipient(GUEST)[-1]
    assert transcript.mail_from == f"{message_id}@{REGION}.amazonses.com"
    assert transcript.verdicts is not None
    assert (transcript.verdicts.spf, transcript.verdicts.dkim) == ("pass", "pass")


def test_a_message_without_a_configuration_set_has_no_events(ses: LocalSes) -> None:
    request = {
        "FromEmailAddress": SENDER,
        "Destination": {"ToAddresses": ["noexiste4@correo.test"]},
        "Content": simple("Hello"),
    }
    message_id = ses.client.send_email(**request)["MessageId"]
    assert ses.service.wait_until_idle(timedelta(seconds=10))
    assert ses.internet.transcripts.for_recipient("noexiste4@correo.test")
    assert ses.topic.events(message_id) == []


def test_only_the_types_that_a_destination_lists_are_published(ses: LocalSes) -> None:
    ses.client.create_configuration_set(ConfigurationSetName="bounces-only")
    ses.client.create_configuration_set_event_destination(
        ConfigurationSetName="bounces-only",
        EventDestinationName="events",
        EventDestination={
            "Enabled": True,
            "MatchingEventTypes": ["BOUNCE"],
            "SnsDestination": {"TopicArn": "arn:aws:sns:eu-west-1:123456789012:bounces"},
        },
    )
    message_id = ses.send("bounce@simulator.amazonses.com", ConfigurationSetName="bounces-only")
    ses.topic.wait_for(message_id, "Bounce")
    assert ses.topic.types(message_id) == ["Bounce"]
    topic, configuration_set, _ = ses.topic.published[-1]
    assert (topic.rpartition(":")[2], configuration_set) == ("bounces", "bounces-only")
