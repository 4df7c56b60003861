import io
import json
import os
import sys
from pathlib import Path

import pytest

from bellhop.domain.catalogue import phrase
from ops.__main__ import main
from tests.builders import GUEST, an_event


def explain(monkeypatch, capsys, *lines: str, arguments=()):
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines) + "\n"))
    assert main(["explain", *arguments]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_lone_recipient_is_explained(monkeypatch, capsys):
    line = '{"action":"failed","status":"5.2.2","diagnosticCode":"smtp; 552 5.2.2 over quota"}'
    (answer,) = explain(monkeypatch, capsys, line)
    assert answer == {
        "type": "Bounce",
        "status": "bounced",
        "reason": "mailbox_full",
        "fault": "recipient",
        "sentence": "The guest's mailbox is full and takes no new email for now.",
        "next_step": "If it is urgent, phone the guest.",
        "who": "reception",
    }


def test_answers_come_in_the_order_of_the_lines_and_a_bad_one_is_no_gap(monkeypatch, capsys):
    lines = (an_event("Delivery"), "", "nonsense", "[]", '{"other": 1}', an_event("Open"))
    answers = explain(monkeypatch, capsys, *lines)
    assert [answer["type"] for answer in answers] == ["Delivery", None, None, None, "Open"]
    assert [answer["error"].partition(":")[0] for answer in answers[1:4]] == [
        "line 3",
        "line 4",
        "line 5",
    ]


@pytest.mark.parametrize(
    ("report", "kind", "status"),
    [
        ({"action": "failed", "status": "5.1.1"}, "Bounce", "bounced"),
        ({"action": "Delayed", "status": "4.2.2"}, "DeliveryDelay", "delayed"),
        ({"action": "delivered"}, "Delivery", "delivered"),
        ({"action": "relayed", "status": "2.0.0"}, "Delivery", "delivered"),
        ({"action": "expanded"}, "Delivery", "delivered"),
        ({"status": "2.1.5"}, "Delivery", "delivered"),
        ({"status": "5.1.1"}, "Bounce", "bounced"),
        ({"diagnosticCode": "smtp; 550 5.1.1 unknown"}, "Bounce", "bounced"),
        ({"diagnosticCode": "smtp; 250 2.0.0 OK"}, "Delivery", "delivered"),
        ({"action": None, "status": None, "diagnosticCode": "550 no"}, "Bounce", "bounced"),
    ],
)
def test_a_lone_recipients_action_or_status_says_its_type(
    monkeypatch, capsys, report, kind, status
):
    (answer,) = explain(monkeypatch, capsys, json.dumps(report))
    assert (answer["type"], answer["status"]) == (kind, status)
    assert answer["sentence"]


def test_a_file_from_windows_is_read(monkeypatch, capfdbinary):
    line = b'\xef\xbb\xbf{"action": "failed", "status": "5.1.1"}\r\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(line)))
    assert main(["explain"]) == 0
    assert json.loads(capfdbinary.readouterr().out)["reason"] == "user_unknown"


BROKEN = (
    b'{"a":' * 100_000,
    b'{"action": "failed", "diagnosticCode": "550 \xff\xfe no existe"}',
    rb'{"eventType": "\ud800", "mail": {}}',
    b'{"eventType": "Bounce", "mail": {}, "bounce": {"bouncedRecipients": [7]}}',
    b"\x00",
)


def test_no_line_stops_the_others(monkeypatch, capfdbinary):
    lines = io.BytesIO(b"\n".join((*BROKEN, an_event("Delivery").encode())))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(lines))
    assert main(["explain"]) == 0
    answers = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert len(answers) == len(BROKEN) + 1
    errors = ["error" in answer for answer in answers]
    assert errors == [True, False, False, True, True, False]


def test_each_recipient_of_an_event_is_explained(monkeypatch, capsys):
    bounce = {
        "bounceType": "Permanent",
        "bouncedRecipients": [
            {"emailAddress": GUEST, "status": "5.1.1"},
            {"emailAddress": "b@correo.test", "status": "5.2.1"},
        ],
    }
    (answer,) = explain(monkeypatch, capsys, an_event("Bounce", bounce))
    assert answer["reason"] == "user_unknown"
    assert [other["reason"] for other in answer["other_recipients"]] == ["mailbox_disabled"]


@pytest.mark.parametrize(
    ("kind", "body", "status", "reason"),
    [
        ("Send", {}, "sent", None),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "delivered", "complaint"),
        ("Reject", {"reason": "Bad content"}, "rejected", "content_rejected"),
        ("DeliveryDelay", {"delayType": "MailboxFull"}, "delayed", "mailbox_full"),
        ("Teleported", {}, "sent", None),
    ],
)
def test_every_type_has_its_words(monkeypatch, capsys, kind, body, status, reason):
    (answer,) = explain(monkeypatch, capsys, an_event(kind, body), arguments=["--language", "es"])
    assert (answer["type"], answer["status"], answer["reason"]) == (kind, status, reason)
    assert answer["sentence"]
    assert answer["next_step"]
    assert answer["who"]


def test_one_reply_is_explained_to_people(capsys):
    assert main(["explain", "--human", "550 5.1.1 User unknown", "--language", "es"]) == 0
    first, second, third = capsys.readouterr().out.splitlines()
    assert (
        first
        == "Esta dirección de correo no existe. Puede que falte una letra o que haya dos cambiadas."
    )
    assert "(Recepción)" in second
    assert "user_unknown" in third


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        ("550-5.1.1 The account\r\n550 5.1.1 does not exist", "user_unknown"),
        ("452 4.2.2 over quota", "mailbox_full"),
        ("250 2.0.0 OK", phrase("en", "status.delivered.sentence")),
    ],
)
def test_a_pasted_reply_may_have_several_lines_and_may_be_good(monkeypatch, capsys, reply, says):
    monkeypatch.setattr(sys, "stdin", io.StringIO(reply))
    assert main(["explain", "--human"]) == 0
    assert says in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--human", ""], ["550 5.1.1"]], ids=["empty", "no --human"])
def test_what_cannot_be_explained_is_told_in_a_sentence(monkeypatch, capsys, arguments):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert main(["explain", *arguments]) == 1
    assert capsys.readouterr().err.startswith("ops: ")


@pytest.mark.parametrize(
    ("status", "next_step"),
    [
        ("5.1.1", "Ask for the guest's own address."),
        ("5.7.1", "Allow hotel-sol.test as a sender in your Booking.com account."),
    ],
)
def test_a_portals_address_that_fails_says_nothing_of_the_guests(
    monkeypatch, capsys, status, next_step
):
    alias = "x.1@guest.booking.com"
    recipient = {"emailAddress": alias, "action": "failed", "status": status}
    body = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [recipient]}
    (answer,) = explain(monkeypatch, capsys, an_event("Bounce", body, address=alias))
    assert answer["sentence"].startswith("Booking.com ")
    assert answer["next_step"] == next_step


def test_a_reader_that_has_enough_is_no_error(monkeypatch, capfd):
    def closed(*_arguments, **_options):
        raise BrokenPipeError

    monkeypatch.setattr(sys, "stdin", io.StringIO('{"status": "5.1.1"}\n'))
    monkeypatch.setattr("builtins.print", closed)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        monkeypatch.setattr(sys, "stdout", nowhere)
        assert main(["explain"]) == 1
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("days", ["0", "-3", "20001", "x"])
def test_silence_is_asked_for_days_that_there_are(capsys, days):
    with pytest.raises(SystemExit):
        main(["silent", f"--days={days}"])
    assert f"{days!r} is no number from 1 to 20000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "body", "said", "who"),
    [
        ("Click", {"isBotEvent": "Likely"}, "A security program followed the links", "nobody"),
        ("Click", {"isBotEvent": "Unlikely"}, "Somebody followed a link", "nobody"),
        (
            "Complaint",
            {"complaintFeedbackType": "auth-failure"},
            "The provider could not confirm",
            "web_company",
        ),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, "The guest said that", "nobody"),
    ],
)
def test_a_signal_says_whose_it_is_and_who_must_act(monkeypatch, capsys, kind, body, said, who):
    (answer,) = explain(monkeypatch, capsys, an_event(kind, body))
    assert answer["sentence"].startswith(said)
    assert answer["who"] == who
