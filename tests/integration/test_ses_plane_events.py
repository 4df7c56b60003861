"""The events of the local SES, whole, against documents written by hand."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from local.ses import Settings
from tests.integration.local_ses import (
    SENDER,
    LocalSes,
    raw,
    running,
    set_up_sender,
)
from tests.integration.scripted_smtp import answering

EXPECTED: dict[str, Any] = json.loads(
    (Path(__file__).parent / "ses_plane_events.json").read_text(encoding="utf-8")
)
ROLE = "arn:aws:sts::123456789012:assumed-role/send-role/session"

_PLACEHOLDERS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "{time}"),
    (re.compile(r"0102[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-000000"), "{id}"),
)


def _comparable(value: Any, key: str = "") -> Any:
    """The value with a placeholder for what differs from run to run."""
    if isinstance(value, dict):
        return {name: _comparable(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [_comparable(member) for member in value]
    if key == "processingTimeMillis":
        assert isinstance(value, int)
        assert value >= 0
        return "{milliseconds}"
    for pattern, placeholder in _PLACEHOLDERS:
        if isinstance(value, str):
            value = pattern.sub(placeholder, value)
    return value


@pytest.fixture(scope="module")
def ses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSes]:
    settings = Settings(retry_delays=(timedelta(milliseconds=50),))
    directory = tmp_path_factory.mktemp("ses")
    with running(directory, settings=settings, identify=lambda _: ROLE) as started:
        set_up_sender(started)
        yield started


def _send(ses: LocalSes, recipient: str) -> str:
    headers = {
        "From": SENDER,
        "To": f"Ana Vidal <{recipient}>",
        "Reply-To": "recepcion@hotel-sol.test",
        "Subject": "=?utf-8?q?Su_habitaci=C3=B3n?=",
        "MIME-Version": "1.0",
        "Content-Type": 'text/plain; charset="utf-8"',
    }
    return ses.send(recipient, Content=raw(headers), Destination={"ToAddresses": [recipient]})


def _expected(event_type: str, case: str, recipient: str) -> dict[str, Any]:
    """The whole document of a case, for this recipient."""
    document = {"eventType": event_type, "mail": EXPECTED["mail"], **EXPECTED[case]}
    written = json.dumps(document).replace("{recipient}", recipient)
    filled: dict[str, Any] = json.loads(written)
    if event_type == "Delivery":
        filled["mail"]["tags"] |= EXPECTED["tags of a delivery"]
    if event_type == "DeliveryDelay":
        del filled["mail"]["headers"], filled["mail"]["commonHeaders"]
    return filled


@pytest.mark.parametrize(
    ("event_type", "replies"),
    [
        ("Send", ["250 2.0.0 Taken"]),
        ("Delivery", ["250-2.0.0 Taken\r\n250 2.0.0 as A1"]),
        ("DeliveryDelay", ["451 4.7.1 Greylisted", "250 2.0.0 Taken"]),
        ("Bounce", ["550-5.1.1 No such user\r\n550 5.1.1 here"]),
    ],
)
def test_an_event_of_smtp_is_shaped_as_ses_shapes_it(
    ses: LocalSes, event_type: str, replies: list[str]
) -> None:
    domain = f"{event_type.lower()}.test"
    with answering(*replies) as (mx, _):
        ses.internet.register_endpoint(f"mx.{domain}", mx)
        ses.internet.dns.publish(domain, "MX", f"10 mx.{domain}")
        message_id = _send(ses, f"ana@{domain}")
        event = ses.topic.wait_for(message_id, event_type)
        assert ses.service.wait_until_idle(timedelta(seconds=10))
    assert event["mail"]["messageId"] == message_id
    assert _comparable(event) == _expected(event_type, event_type, f"ana@{domain}")


@pytest.mark.parametrize(
    ("case", "mailbox", "event_type"),
    [("complaint of the simulator", "complaint", "Complaint"), ("auto-reply", "ooto", "Bounce")],
)
def test_an_event_of_the_simulator_is_shaped_as_ses_shapes_it(
    ses: LocalSes, case: str, mailbox: str, event_type: str
) -> None:
    recipient = f"{mailbox}@simulator.amazonses.com"
    event = ses.topic.wait_for(_send(ses, recipient), event_type)
    assert _comparable(event) == _expected(event_type, case, recipient)


def test_a_suppressed_recipient_is_told_in_the_words_of_ses(ses: LocalSes) -> None:
    ses.client.put_suppressed_destination(EmailAddress="ana@lista.test", Reason="BOUNCE")
    event = ses.topic.wait_for(_send(ses, "ana@lista.test"), "Bounce")
    assert _comparable(event) == _expected("Bounce", "suppressed", "ana@lista.test")


def test_long_headers_are_cut_and_events_say_so(ses: LocalSes) -> None:
    recipient = "success@simulator.amazonses.com"
    headers = {
        "From": SENDER,
        "To": recipient,
        **{f"X-{n}": "v" * 900 for n in range(20)},
        "Subject": "Hello",
    }
    event = ses.topic.wait_for(ses.send(recipient, Content=raw(headers)), "Send")
    mail = event["mail"]
    assert mail["headersTruncated"] is True
    assert len(mail["headers"]) == 13
    assert mail["commonHeaders"]["subject"] == "Hello"
