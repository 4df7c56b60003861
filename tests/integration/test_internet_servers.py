"""Each recipients' server does what its row says, and its transcript says what it did."""

import json
import smtplib
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.internet import Folder, Internet, Outcome, Phase, Transcript
from local.internet.characters import Mailbox
from local.internet.placeholders import placeholders
from local.internet.reply import Reply
from tests.integration.internet_sender import (
    DOMAIN,
    MAIL_FROM_DOMAIN,
    compose,
    publish_sender,
    send,
    sign,
)

ELENA = "elena.ruiz@correo.test"
BRUNO = "bruno.costa@posta.test"


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_sender(internet)
        yield internet


def only_transcript(internet: Internet, address: str) -> Transcript:
    [transcript] = internet.transcripts.for_recipient(address)
    return transcript


def test_accepted_message_lies_in_the_inbox_as_it_was_sent(internet: Internet) -> None:
    content = sign(compose(ELENA, subject="Su reserva está lista"), DOMAIN)
    reply = send(internet, ELENA, content)
    assert (reply.code, reply.enhanced) == (250, "2.0.0")
    [message] = internet.mailbox(ELENA)
    assert message.folder is Folder.INBOX
    trace, received = message.raw[: -len(content)], message.raw[-len(content) :]
    assert received == content
    assert trace.startswith(f"Return-Path: <0100-1@{MAIL_FROM_DOMAIN}>\r\n".encode())
    transcript = only_transcript(internet, ELENA)
    assert transcript.server == "mx1.correo.test"
    assert transcript.mail_from == f"0100-1@{MAIL_FROM_DOMAIN}"
    assert transcript.outcome is Outcome.ACCEPTED
    assert transcript.folder is Folder.INBOX
    assert (transcript.reply.phase, transcript.reply.text) == (Phase.DATA, reply.text)
    assert transcript.message_id == "<reserva-1@hotel-sol.test>"
    assert transcript.subject == "Su reserva está lista"


def test_unknown_user_is_refused_in_several_lines(internet: Internet) -> None:
    reply = send(internet, "noexiste@correo.test")
    assert (reply.code, reply.enhanced) == (550, "5.1.1")
    transcript = only_transcript(internet, "noexiste@correo.test")
    assert transcript.outcome is Outcome.REFUSED
    assert transcript.reply.phase is Phase.RCPT
    lines = transcript.reply.text.splitlines()
    assert [line[:9] for line in lines] == ["550-5.1.1"] * 3 + ["550 5.1.1"]
    assert (transcript.folder, transcript.verdicts, transcript.subject) == (None, None, "")


def test_address_without_a_row_is_unknown(internet: Internet) -> None:
    assert send(internet, "nadie@posta.test").enhanced == "5.1.1"


def test_domain_of_others_is_not_relayed(internet: Internet) -> None:
    reply = send(internet, [ELENA, "elena@elsewhere.test"])
    assert reply.code == 250
    stranger = only_transcript(internet, "elena@elsewhere.test")
    assert (stranger.outcome, stranger.reply.enhanced) == (Outcome.REFUSED, "5.7.1")
    assert only_transcript(internet, ELENA).outcome is Outcome.ACCEPTED


def test_transcript_holds_the_whole_conversation(internet: Internet) -> None:
    send(internet, BRUNO)
    conversation = only_transcript(internet, BRUNO).conversation
    assert conversation[0] == "S: 220 mx.posta.test ESMTP Postfix"
    assert conversation[1] == "C: EHLO out.provider.test"
    assert conversation[-4:] == (
        f"C: MAIL FROM:<0100-1@{MAIL_FROM_DOMAIN}>",
        "S: 250 2.1.0 Sender OK",
        f"C: RCPT TO:<{BRUNO}>",
        f"S: 450 4.2.0 <{BRUNO}>: Recipient address rejected: Greylisted, please try again later",
    )


def test_transcript_is_there_before_the_sender_has_the_reply(internet: Internet) -> None:
    for number in range(1, 6):
        send(internet, "noexiste@correo.test")
        assert len(internet.transcripts.for_recipient("noexiste@correo.test")) == number


def test_greylisting_defers_until_its_seconds_are_over(internet: Internet) -> None:
    internet.servers.change(BRUNO, seconds=0.3)
    started = time.monotonic()
    while send(internet, BRUNO).code == 450:
        assert time.monotonic() - started < 10
    assert time.monotonic() - started >= 0.3
    outcomes = [each.outcome for each in internet.transcripts.for_recipient(BRUNO)]
    assert outcomes[0] is Outcome.DEFERRED
    assert outcomes[-1] is Outcome.ACCEPTED
    assert len(internet.mailbox(BRUNO)) == 1


def test_greylisting_starts_anew_for_another_sender(internet: Internet) -> None:
    internet.servers.change(BRUNO, seconds=3600)
    send(internet, BRUNO)
    internet.servers.change(BRUNO, seconds=0)
    assert send(internet, BRUNO).code == 250
    internet.servers.change(BRUNO, seconds=3600)
    assert send(internet, BRUNO, mail_from=f"0100-2@{MAIL_FROM_DOMAIN}").code == 450


def test_full_mailbox_defers(internet: Internet) -> None:
    reply = send(internet, "lleno@correo.test")
    assert (reply.code, reply.enhanced) == (452, "4.2.2")
    assert only_transcript(internet, "lleno@correo.test").outcome is Outcome.DEFERRED


def test_policy_refuses_after_reading_the_message(internet: Internet) -> None:
    reply = send(internet, "sin.permiso@posta.test")
    assert (reply.code, reply.enhanced) == (554, "5.7.1")
    transcript = only_transcript(internet, "sin.permiso@posta.test")
    assert (transcript.outcome, transcript.reply.phase) == (Outcome.REFUSED, Phase.DATA)
    assert transcript.verdicts
    assert transcript.subject == "Su reserva"
    assert internet.mailbox("sin.permiso@posta.test") == []


def test_refusal_of_one_recipient_after_data_holds_for_all(internet: Internet) -> None:
    internet.servers.change(BRUNO, behaviour="accepts")
    send(internet, [BRUNO, "sin.permiso@posta.test"])
    assert only_transcript(internet, BRUNO).outcome is Outcome.REFUSED
    assert internet.mailbox(BRUNO) == []


def test_case_and_detail_of_an_address_lead_to_the_same_mailbox(internet: Internet) -> None:
    send(internet, "Elena.Ruiz+verano@Correo.test")
    [message] = internet.mailbox(ELENA)
    assert message.recipient == "Elena.Ruiz+verano@Correo.test"


def test_connection_that_ends_too_early_is_told(internet: Internet) -> None:
    client = smtplib.SMTP(*internet.endpoint("mx1.correo.test"))
    client.ehlo()
    client.mail("a@hotel-sol.test")
    client.rcpt(ELENA)
    client.close()
    [transcript] = internet.transcripts.wait_for(len)
    assert transcript.outcome is Outcome.INTERRUPTED
    assert transcript.reply.text == "250 2.1.5 Recipient OK"


def test_server_closes_the_connection_after_421(internet: Internet) -> None:
    internet.servers.change(ELENA, behaviour="refuses", reply="421 4.7.0 Come back later")
    client = smtplib.SMTP(*internet.endpoint("mx1.correo.test"))
    client.ehlo()
    client.mail("a@hotel-sol.test")
    assert client.rcpt(ELENA)[0] == 421
    with pytest.raises(smtplib.SMTPServerDisconnected):
        client.noop()


def test_fault_of_the_server_itself_is_a_temporary_refusal(
    internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of order")

    monkeypatch.setattr("local.internet.receiver.authenticate", fail)
    reply = send(internet, ELENA)
    assert (reply.code, reply.enhanced) == (451, "4.3.0")
    assert only_transcript(internet, ELENA).outcome is Outcome.DEFERRED


def test_message_that_cannot_be_read_is_refused(internet: Internet) -> None:
    reply = send(internet, ELENA, compose(ELENA) + b"x" * 70 * 1024 + b"\r\n")
    assert reply.code == 500  # a line longer than SMTP allows, found while reading the message
    transcript = only_transcript(internet, ELENA)
    assert (transcript.outcome, transcript.reply.phase) == (Outcome.REFUSED, Phase.DATA)
    assert transcript.verdicts is None


def test_next_message_on_the_same_connection_has_its_own_transcript(internet: Internet) -> None:
    with smtplib.SMTP(*internet.endpoint("mx.posta.test")) as client:
        for recipient in ("nadie@posta.test", "nada@posta.test"):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                client.sendmail("a@hotel-sol.test", [recipient], compose(recipient))
    for recipient in ("nadie@posta.test", "nada@posta.test"):
        conversation = only_transcript(internet, recipient).conversation
        assert [line for line in conversation if line.startswith("C: RCPT")] == [
            f"C: RCPT TO:<{recipient}>"
        ]
        assert conversation[0].startswith("S: 220 ")


def test_host_that_is_down_cannot_be_reached(internet: Internet) -> None:
    internet.servers.change("mx.posta.test", up=False)
    with pytest.raises(ConnectionRefusedError, match=r"mx\.posta\.test"):
        internet.endpoint("mx.posta.test")
    internet.servers.change("mx.posta.test", up=True)
    assert internet.endpoint("MX.posta.test.")[0] == "127.0.0.1"


def test_host_of_somebody_else_can_be_registered(internet: Internet) -> None:
    with pytest.raises(OSError, match=r"feedback\.provider\.test"):
        internet.endpoint("feedback.provider.test")
    internet.register_endpoint("feedback.provider.test", ("127.0.0.1", 2525))
    assert internet.endpoint("feedback.provider.test") == ("127.0.0.1", 2525)


def test_changed_reply_of_a_mailbox_holds_at_once(internet: Internet) -> None:
    assert send(internet, ELENA).code == 250
    internet.servers.change(ELENA, behaviour="refuses", reply="mailbox_disabled")
    assert send(internet, ELENA).enhanced == "5.2.1"
    internet.servers.change(ELENA, reply="452 4.3.1 Insufficient system storage for {recipient}")
    assert send(internet, ELENA).text == f"452 4.3.1 Insufficient system storage for {ELENA}"


def test_changed_reply_of_a_server_holds_at_once(internet: Internet) -> None:
    internet.servers.change("mx1.correo.test", replies={"accepted": "451 4.3.0 Not now"})
    assert send(internet, ELENA).code == 451
    transcript = only_transcript(internet, ELENA)
    assert (transcript.outcome, transcript.folder) == (Outcome.DEFERRED, None)
    assert internet.mailbox(ELENA) == []


def test_added_mailbox_takes_mail(internet: Internet) -> None:
    internet.servers.add(Mailbox(address="nueva@posta.test"))
    assert send(internet, "nueva@posta.test").code == 250


@pytest.mark.parametrize(
    ("row", "fields", "problem"),
    [
        (ELENA, {"behaviour": "explodes"}, "behaviour 'explodes'"),
        (ELENA, {"behaviour": "refuses"}, "reply ''"),
        (ELENA, {"behaviour": "refuses", "reply": "no_such_reply"}, "reply 'no_such_reply'"),
        (ELENA, {"behaviour": "refuses", "reply": "550-5.1.1 unfinished"}, "malformed"),
        (ELENA, {"phase": "helo"}, "phase 'helo'"),
        (ELENA, {"address": "other@correo.test"}, "cannot change"),
        (ELENA, {"colour": "blue"}, "cannot change"),
        ("mx1.correo.test", {"product": "pigeon"}, "product 'pigeon'"),
        ("mx1.correo.test", {"policies": ["trusts_all"]}, "policy 'trusts_all'"),
        ("mx1.correo.test", {"replies": {"no_such_reply": "250 OK"}}, "reply 'no_such_reply'"),
        ("mx1.correo.test", {"replies": {"accepted": "OK"}}, "malformed"),
        ("mx1.correo.test", {"domains": ["x.test"]}, "cannot change"),
    ],
)
def test_change_that_does_not_fit_is_refused_and_changes_nothing(
    internet: Internet, row: str, fields: dict[str, object], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        internet.servers.change(row, **fields)
    assert send(internet, ELENA).code == 250


def test_change_of_an_unknown_row_names_the_known_ones(internet: Internet) -> None:
    with pytest.raises(KeyError, match=ELENA):
        internet.servers.change("nadie@correo.test", seconds=1)
    with pytest.raises(KeyError, match=r"mx1\.correo\.test"):
        internet.servers.change("mx9.correo.test", up=False)


def test_file_tells_the_same_as_the_transcripts(internet: Internet, tmp_path: Path) -> None:
    send(internet, ELENA)
    send(internet, BRUNO)
    lines = [json.loads(line) for line in (tmp_path / "transcripts.jsonl").read_text().splitlines()]
    for line, transcript in zip(lines, internet.transcripts.all(), strict=True):
        assert line["id"] == transcript.id
        assert line["recipient"] == transcript.recipient
        assert line["outcome"] == transcript.outcome
        assert line["reply"]["text"] == transcript.reply.text
        assert line["conversation"] == list(transcript.conversation)
        assert line["time"] == transcript.time.isoformat()


def test_waiting_in_vain_says_so(internet: Internet) -> None:
    with pytest.raises(TimeoutError, match="there are 0"):
        internet.transcripts.wait_for(len, timeout=0.01)


def test_every_server_words_its_replies_wellformed(internet: Internet) -> None:
    values = placeholders("mx.hotel-mar.test", queue_id="1")
    for server in internet.servers.all():
        assert internet.servers.greeting(server.host, values).isascii()
        for name in internet.servers.reply_names(server.host):
            assert internet.servers.reply(server.host, name, values).text.isascii()


@pytest.mark.parametrize(
    ("text", "code", "enhanced"),
    [
        ("250 OK", 250, ""),
        ("550 5.1.1 unknown", 550, "5.1.1"),
        ("550-5.1.1 un\r\n550 5.1.1 known", 550, "5.1.1"),
        ("550 #5.1.1 bad address", 550, ""),
        ("451 4.7.500 busy", 451, "4.7.500"),
    ],
)
def test_reply_is_parsed(text: str, code: int, enhanced: str) -> None:
    reply = Reply.parse(text)
    assert (reply.code, reply.enhanced) == (code, enhanced)
    assert Reply.parse(reply.wire) == reply
