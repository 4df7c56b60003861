import json

import pytest

from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.facts import FactKind
from bellhop.domain.status import Dispatch, Status, outcome_of
from bellhop.domain.suppression import demand_of
from bellhop.ses.events import read_event
from bellhop.ses.vocabulary import FIELDS
from tests.builders import GUEST, an_email_id, an_event

AT = "2026-11-24T12:00:03.250Z"


def a_bounce(recipient=None, **changes) -> str:
    return an_event(
        "Bounce",
        {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                recipient
                or {
                    "emailAddress": GUEST,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 no such mailbox here",
                }
            ],
            "timestamp": AT,
            "feedbackId": "0102018f-feedback-000000",
            "reportingMTA": "dsn; mx.correo.test",
            **changes,
        },
    )


TYPES = tuple(FIELDS)
RECIPIENT = {"emailAddress": GUEST, "status": "4.4.1", "diagnosticCode": "smtp; 451 4.4.1 later"}
FULL = {
    "Delivery": {"timestamp": AT, "smtpResponse": "250 ok", "reportingMTA": "a.example"},
    "Bounce": {
        "timestamp": AT,
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "bouncedRecipients": [RECIPIENT],
        "feedbackId": "f-1",
        "reportingMTA": "dsn; mx.correo.test",
    },
    "Complaint": {"timestamp": AT, "complainedRecipients": [RECIPIENT], "feedbackId": "f-1"},
    "DeliveryDelay": {"timestamp": AT, "delayType": "General", "delayedRecipients": [RECIPIENT]},
    "Reject": {"reason": "Bad content"},
    "Rendering Failure": {"templateName": "t", "errorMessage": "x"},
    "Open": {"timestamp": AT, "ipAddress": "192.0.2.1", "userAgent": "x"},
    "Click": {"timestamp": AT, "link": "https://hotel-sol.test/", "linkTags": None},
    "Subscription": {"timestamp": AT, "contactList": "c", "newTopicPreferences": {}},
}


def an_envelope(message: str) -> str:
    return json.dumps({"Type": "Notification", "Message": message})


def read_one(body: str):
    (event,) = read_event(body)
    return event


def test_an_event_names_its_email_by_our_own_tag():
    event = read_one(an_event("Send"))
    assert event.email_id == an_email_id()
    assert event.fact.attempt == "at_1"


def test_a_delivery_keeps_the_servers_words_and_its_own_time():
    delivery = {
        "timestamp": AT,
        "processingTimeMillis": 2250,
        "recipients": [GUEST],
        "smtpResponse": "250 2.0.0 OK queued as 4XYZ",
        "reportingMTA": "a1.smtp-out.example",
    }
    fact = read_one(an_event("Delivery", delivery)).fact
    assert fact.kind is FactKind.DELIVERY
    assert fact.at.isoformat() == "2026-11-24T12:00:03.250000+00:00"
    assert fact.detail["smtp_response"] == "250 2.0.0 OK queued as 4XYZ"


def test_a_bounce_has_its_reason_and_what_the_server_said():
    fact = read_one(a_bounce()).fact
    assert fact.kind is FactKind.BOUNCE
    assert fact.detail["reason"] == "user_unknown"
    assert fact.detail["diagnostic"] == "smtp; 550 5.1.1 no such mailbox here"
    assert fact.detail["reporting_mta"] == "mx.correo.test"


def test_the_same_bounce_has_the_same_identity_whenever_it_comes():
    assert read_one(a_bounce()).fact == read_one(a_bounce()).fact
    other = read_one(a_bounce(feedbackId="another")).fact
    assert other.identity != read_one(a_bounce()).fact.identity


def test_an_identity_gives_no_address_away():
    assert GUEST not in read_one(a_bounce()).fact.identity


def test_without_a_delivery_status_the_optional_fields_are_just_missing():
    body = json.loads(a_bounce({"emailAddress": GUEST}))
    for name in ("feedbackId", "reportingMTA", "timestamp"):
        del body["bounce"][name]
    fact = read_one(json.dumps(body)).fact
    assert fact.kind is FactKind.BOUNCE
    assert "diagnostic" not in fact.detail


def test_an_out_of_office_answer_is_not_a_bounce():
    event = a_bounce({"emailAddress": GUEST}, bounceType="Transient")
    assert read_one(event).fact.kind is FactKind.AUTO_REPLY


@pytest.mark.parametrize(
    ("feedback_type", "kind"),
    [
        ("abuse", FactKind.COMPLAINT),
        (None, FactKind.COMPLAINT),
        ("not-spam", FactKind.REPORT),
        ("auth-failure", FactKind.REPORT),
    ],
)
def test_only_a_complaint_is_a_complaint(feedback_type, kind):
    complaint = {
        "complainedRecipients": [{"emailAddress": GUEST}, {"emailAddress": "b@correo.test"}],
        "timestamp": AT,
        "feedbackId": "f-1",
        "complaintSubType": None,
    }
    if feedback_type:
        complaint["complaintFeedbackType"] = feedback_type
    assert read_one(an_event("Complaint", complaint)).fact.kind is kind


def test_a_complaint_on_sess_list_is_an_email_that_was_not_tried_and_nobody_complained_of():
    complaint = {"timestamp": AT, "feedbackId": "f", "complaintSubType": "OnAccountSuppressionList"}
    fact = read_one(an_event("Complaint", complaint)).fact
    assert (fact.kind, fact.detail["reason"]) == (FactKind.BOUNCE, "suppressed")
    assert outcome_of([fact], Dispatch.DONE).status is Status.SUPPRESSED
    assert demand_of(fact).cause == "suppressed"


def test_a_delay_says_why_and_until_when():
    delay = {
        "timestamp": AT,
        "delayType": "TransientCommunicationFailure",
        "expirationTime": "2026-11-25T02:00:00.000Z",
        "delayedRecipients": [
            {"emailAddress": GUEST, "status": "4.7.1", "diagnosticCode": "smtp; 451 4.7.1 later"}
        ],
    }
    fact = read_one(an_event("DeliveryDelay", delay)).fact
    assert fact.kind is FactKind.DELAY
    assert fact.detail["expires"] == "2026-11-25T02:00:00.000Z"
    assert fact.detail["diagnostic"] == "smtp; 451 4.7.1 later"


@pytest.mark.parametrize(
    ("kind", "body", "expected", "error"),
    [
        ("Reject", {"reason": "Bad content"}, FactKind.REJECT, "Bad content"),
        (
            "Rendering Failure",
            {"templateName": "t", "errorMessage": "Attribute 'name' is not present"},
            FactKind.RENDERING_FAILURE,
            "Attribute 'name' is not present",
        ),
    ],
)
def test_what_ses_declined_keeps_its_words(kind, body, expected, error):
    fact = read_one(an_event(kind, body)).fact
    assert (fact.kind, fact.detail["error"]) == (expected, error)


def test_a_type_that_nobody_knows_is_recorded_as_unrecognised():
    fact = read_one(an_event("Teleported", {})).fact
    assert (fact.kind, fact.detail["event_type"]) == (FactKind.UNRECOGNISED, "Teleported")


@pytest.mark.parametrize(
    ("kind", "body", "named"),
    [
        ("Bounce", {"bounceSubType": "Teleported"}, "bounceSubType Teleported"),
        ("Bounce", {"bounceType": "Sideways"}, "bounceType Sideways"),
        ("Complaint", {"complaintFeedbackType": "telepathy"}, "complaintFeedbackType telepathy"),
        ("Complaint", {"complaintSubType": "OnMoonList"}, "complaintSubType OnMoonList"),
        ("DeliveryDelay", {"delayType": "Eclipse"}, "delayType Eclipse"),
        ("Delivery", {"warpFactor": 9, "smtpResponse": "250 ok"}, "warpFactor"),
        ("Send", {"a": 1, "b": None}, "a, b"),
    ],
)
def test_subtypes_and_fields_that_nobody_knows_are_told_and_the_rest_is_read(kind, body, named):
    recipients = {"bouncedRecipients": [{"emailAddress": GUEST, "status": "5.1.1"}]}
    event = read_one(an_event(kind, {**(recipients if kind == "Bounce" else {}), **body}))
    assert event.has_unrecognised
    assert event.fact.detail["unrecognised"] == named
    known = {**(recipients if kind == "Bounce" else {})}
    assert read_one(an_event(kind, known)).fact.kind is event.fact.kind


def test_an_unknown_word_does_not_make_opens_of_a_day_more_than_one_fact():
    event = read_one(an_engagement(isBotEvent="Perhaps"))
    assert event.has_unrecognised
    assert event.fact == read_one(an_engagement()).fact


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_is_read_without_any_optional_field(kind):
    needed = {"Bounce": {"bouncedRecipients": [{"emailAddress": GUEST}]}}.get(kind, {})
    event = json.loads(an_event(kind, needed))
    event["mail"] = {"tags": event["mail"]["tags"]}
    read = read_one(json.dumps(event))
    assert read.email_id == an_email_id()
    assert not read.has_unrecognised
    assert read.fact.at == an_email_id().accepted_at


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("wrap", [str, an_envelope], ids=["raw", "envelope"])
def test_every_field_may_be_missing_in_both_wire_formats(kind, wrap):
    whole = json.loads(an_event(kind, FULL.get(kind, {})))
    (key,) = [each for each in whole if each not in {"eventType", "mail"}]
    for field in {None, *whole[key]} - {"bouncedRecipients"}:
        less = {name: value for name, value in whole[key].items() if name != field}
        older = {"notificationType": kind, "mail": {"messageId": "0102"}, kind.lower(): less}
        for event in ({**whole, key: less}, older):
            read = read_one(wrap(json.dumps(event)))
            assert read.fact.kind is not FactKind.UNRECOGNISED
            assert not read.has_unrecognised


def test_an_event_without_our_tag_names_no_email():
    body = json.loads(an_event("Send"))
    body["mail"]["tags"] = {"ses:configuration-set": ["somebody-elses"]}
    assert read_one(json.dumps(body)).email_id is None


def test_the_test_message_of_a_new_destination_is_no_error():
    text = "Successfully validated SNS topic for Amazon SES event publishing."
    assert read_event(text) == []


def test_an_sns_envelope_is_opened():
    assert read_one(an_envelope(an_event("Send"))).email_id == an_email_id()


# The bounce says when it happened, so that nothing but the event's envelope asks when it was sent.
SENT_NEVER = a_bounce().replace('"timestamp": "2026-11-24T12:00:01.000Z"', '"timestamp": true')


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not JSON"),
        ("[1]", "but no object"),
        ("{}", "has 'eventType' or 'notificationType'; this has"),
        ('{"eventType": "Send"}', "has 'mail'"),
        (an_event("Bounce", {"bounceType": "Permanent"}), "bouncedRecipients"),
        (an_event("Delivery", {"timestamp": "yesterday"}), "yesterday"),
        (json.dumps({"eventType": "Send", "mail": {"timestamp": True}}), "must be str"),
        (SENT_NEVER, "must be str"),
        (an_event("Bounce", {"bouncedRecipients": []}), "names no recipient"),
        ('{"a":' * 100_000, "not JSON"),
    ],
)
def test_what_cannot_be_read_says_why(body, reason):
    with pytest.raises(UnreadableEventError, match=reason):
        read_event(body)


def a_notification(kind: str, body: dict) -> str:
    """The older format: no tags, and little of ``mail`` is sure to be there."""
    mail = {"messageId": "0102018f", "destination": [GUEST]}
    return json.dumps({"notificationType": kind, "mail": mail, kind.lower(): body})


@pytest.mark.parametrize("kind", ["Bounce", "Complaint", "Delivery"])
def test_the_older_notifications_say_the_same_but_name_no_email_of_ours(kind):
    published = json.loads(a_bounce()) if kind == "Bounce" else json.loads(an_event(kind))
    body = {**published[kind.lower()], "timestamp": AT}
    event = read_one(a_notification(kind, body))
    assert event.email_id is None
    assert event.fact.kind == kind.lower()
    assert event.fact.at.isoformat() == "2026-11-24T12:00:03.250000+00:00"


def test_an_event_without_any_time_is_dated_the_same_whenever_it_comes():
    body = json.loads(an_event("Rendering Failure", {"errorMessage": "x"}))
    del body["mail"]["timestamp"]
    assert read_one(json.dumps(body)).fact.at == an_email_id().accepted_at


def an_engagement(kind="Open", at="2026-11-24T18:00:00Z", **body) -> str:
    return an_event(kind, {"timestamp": at, "userAgent": "Mozilla/5.0", **body})


def test_two_hundred_opens_of_a_day_are_one_fact():
    times = [f"2026-11-25T{13 + n // 60:02}:{n % 60:02}:30.5Z" for n in range(200)]
    facts = [read_one(an_engagement(at=time)).fact for time in times]
    assert {fact.identity for fact in facts} == {"open-somebody-20261125T120001-at_1"}
    assert len({str(fact) for fact in facts}) == 1


def test_opens_after_thirty_days_are_one_fact_for_ever():
    facts = [read_one(an_engagement(at=f"2027-{m:02}-03T10:00:00Z")).fact for m in range(1, 13)]
    assert {fact.identity for fact in facts} == {"open-somebody-20261224T120001-at_1"}
    assert len({str(fact) for fact in facts}) == 1


@pytest.mark.parametrize(
    ("at", "said", "by"),
    [
        ("2026-11-24T12:00:05Z", None, "bot"),
        ("2026-11-24T12:09:00Z", None, None),  # the delivery tells
        ("2026-11-24T12:00:05Z", "Unlikely", "human"),
        ("2026-11-24T18:00:00Z", "Likely", "bot"),
        ("2026-11-24T18:00:00Z", "Perhaps", None),
    ],
)
@pytest.mark.parametrize("kind", ["Open", "Click"])
def test_scanners_are_kept_apart_from_people(kind, at, said, by):
    body = {"isBotEvent": said} if said else {}
    assert read_one(an_engagement(kind, at=at, **body)).fact.detail == ({"by": by} if by else {})


@pytest.mark.parametrize(
    ("preferences", "kind"),
    [
        ({"unsubscribeAll": True}, FactKind.UNSUBSCRIPTION),
        (
            {"topicSubscriptionStatus": [{"topicName": "t", "subscriptionStatus": "OptOut"}]},
            FactKind.UNSUBSCRIPTION,
        ),
        (
            {"topicSubscriptionStatus": [{"topicName": "t", "subscriptionStatus": "OptIn"}]},
            FactKind.SUBSCRIPTION,
        ),
        (None, FactKind.SUBSCRIPTION),
    ],
)
def test_who_leaves_a_topic_wants_no_more_of_it(preferences, kind):
    body = {"timestamp": AT, "source": "UnsubscribeHeader", "newTopicPreferences": preferences}
    assert read_one(an_event("Subscription", body)).fact.kind is kind
