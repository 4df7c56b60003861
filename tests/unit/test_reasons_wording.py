"""How wording is read: languages, the order of words, and what encryption failures are."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap

import pytest

from bellhop.domain.classify import classify
from bellhop.domain.glossary import GLOSSARY, in_english
from bellhop.domain.reasons import Reason
from bellhop.domain.wordings import Wording, both, read_wording
from bench.reasons import OUR_CORPORA, read_lines, total


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("El buzón del destinatario está lleno", Reason.MAILBOX_FULL),
        ("La casella del destinatario è piena", Reason.MAILBOX_FULL),
        ("Das Postfach des Empfängers ist voll", Reason.MAILBOX_FULL),
        ("El usuario no existe en este dominio", Reason.USER_UNKNOWN),
        ("L'adresse de messagerie n'existe pas", Reason.USER_UNKNOWN),
        ("Empfängeradresse existiert nicht", Reason.USER_UNKNOWN),
        ("Destinatário desconhecido", Reason.USER_UNKNOWN),
        ("La cuenta de correo está deshabilitada", Reason.MAILBOX_DISABLED),
        ("Demasiados mensajes, intente más tarde", Reason.RATE_LIMITED),
        ("Mensaje rechazado por la política del servidor", Reason.POLICY_REJECTED),
        ("Su IP está en una lista negra", Reason.REPUTATION_BLOCKED),
        ("Het postvak van de ontvanger is vol", Reason.MAILBOX_FULL),
        ("Skrzynka nie istnieje", Reason.USER_UNKNOWN),
    ],
)
def test_servers_are_understood_in_their_own_language(said: str, reason: Reason) -> None:
    assert classify(bounce_type="Permanent", diagnostic=f"smtp; 550 {said}") is reason


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("can't create output", Reason.SERVER_ERROR),
        ("the user doesnt exist", Reason.USER_UNKNOWN),
        ("rejected due to Mail-Filtering policy", Reason.POLICY_REJECTED),
        ("not RFC 5322 compliant. To reduce the amount of spam, blocked", Reason.CONTENT_REJECTED),
        ("not allowed to receive it. Please check with recipient", Reason.POLICY_REJECTED),
        ("ALL VIRUS SCANNERS FAILED", Reason.SERVER_ERROR),
        ("message size exceeds the recipient's size limit", Reason.MESSAGE_TOO_LARGE),
    ],
)
def test_spelling_politeness_and_advice_change_no_reason(said: str, reason: Reason) -> None:
    assert classify(bounce_type="Permanent", diagnostic=f"smtp; 550 {said}") is reason


def test_an_english_text_stays_as_it_is() -> None:
    corpora = [row for path in OUR_CORPORA for row in read_lines(path)]
    english = "550 the mailbox is full, please come back later and refuse no posting"

    assert in_english(english) == english
    assert not GLOSSARY.keys() & {"come", "refuse", "the", "no", "list", "message", "user"}
    assert sum(
        in_english(row["ses_diagnosticCode"]) != row["ses_diagnosticCode"] for row in corpora
    ) < (len(corpora) / 20)


def test_both_things_may_be_said_in_either_order() -> None:
    rows = [Wording(Reason.MAILBOX_FULL, "a test", (both("quota", "exceed"),), unless="sending")]

    assert read_wording("quota was exceeded", rows) is Reason.MAILBOX_FULL
    assert read_wording("exceeds the quota", rows) is Reason.MAILBOX_FULL
    assert read_wording("quota unknown", rows) is None
    assert read_wording("exceeds the sending quota", rows) is None


@pytest.mark.parametrize(
    "said",
    [
        "530 5.7.0 Must issue a STARTTLS command first",
        "421 4.7.5 TLS handshake failed: certificate verify failed",
        "550 5.7.10 Encryption needed",
        "554 5.7.5 zzz",
        "450 4.7.1 MTA-STS policy mode enforce: certificate does not match mx.firma.test",
        "450 4.7.323 tlsa-invalid: the domain failed DANE validation",
        "421 4.7.29 This message was not sent over a TLS connection. zz12 - gsmtp",
    ],
)
def test_servers_that_do_not_agree_on_encryption_are_nobodys_rule_or_address(said: str) -> None:
    assert classify(bounce_type="Transient", diagnostic=f"smtp; {said}") is Reason.SERVER_ERROR


def test_who_must_log_in_is_refused_by_a_rule_even_where_encryption_is_named() -> None:
    said = "smtp; 530 5.7.0 Authentication required; must issue STARTTLS first"

    assert classify(bounce_type="Permanent", diagnostic=said) is Reason.POLICY_REJECTED


def test_a_mailbox_that_could_not_be_asked_about_is_not_a_wrong_address() -> None:
    said = "smtp; 450 4.1.1 <nora@hotel-mar.test>: Recipient address rejected: unverified address"

    assert classify(bounce_type="Transient", diagnostic=said) is Reason.SERVER_ERROR


def test_our_replies_are_read_as_well_as_promised() -> None:
    seen, unseen = (total(read_lines(path)) for path in OUR_CORPORA)

    assert seen.strict / seen.decidable >= 0.90
    assert seen.lenient / seen.rows >= 0.95
    assert seen.group / seen.rows >= 0.96
    assert seen.falsely_hard == 0
    assert unseen.strict / unseen.decidable >= 0.80
    assert unseen.group / unseen.rows >= 0.90
    assert unseen.falsely_hard / unseen.hard <= 0.05


@pytest.mark.parametrize("path", OUR_CORPORA, ids=lambda path: path.stem)
def test_our_replies_have_labels_that_exist_and_a_source(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert set(row["label_ok"]) <= set(Reason), row
        assert row["label"] in row["label_ok"], row
        assert row["source"], row


def _folded(reply: str) -> str:
    """As a server that folds its reply repeats its codes, and closes with an id."""
    code, enhanced, text = CODED.fullmatch(reply).groups("")  # type: ignore[union-attr]
    lines = [f"{code}-{enhanced}{line}" for line in wrap(text, 60)]
    return "\r\n".join(
        [*lines, f"{code} {enhanced}https://help.test/a?x=1 a12si34567wmf.12 - zsmtp"]
    )


CODED = re.compile(r"([45]\d\d)[ -]((?:[45]\.\d+\.\d+) )?(.*)", re.DOTALL)
MANNERS: dict[str, Callable[[str], str]] = {
    "folded": _folded,
    "signed": lambda said: f"{said} [AM6EUR05FT064.mx.test 2026-10-07T11:48:34.472Z 08DCE59E609E]",
    "told by Postfix": lambda said: (
        f"host mx1.firma.test[192.0.2.3] said: {said} (in reply to RCPT TO command)"
    ),
    "told by Exchange": lambda said: f"Remote Server returned '{said}'",
    "with the address": lambda said: re.sub(
        r"^([45]\d\d[ -](?:[45]\.\d+\.\d+ )?)", r"\1<an.other@correo.test>: ", said
    ),
    "on lines": lambda said: said.replace(". ", ".\r\n "),
}


@pytest.mark.parametrize("manner", MANNERS)
def test_who_tells_a_reply_and_how_it_is_folded_changes_no_reason(manner: str) -> None:
    replies = [
        row["ses_diagnosticCode"].removeprefix("smtp; ")
        for path in OUR_CORPORA
        for row in read_lines(path)[::6]
    ]
    coded = [reply for reply in replies if CODED.match(reply)]
    tell = MANNERS[manner]
    changed = [
        reply
        for reply in coded
        if classify(bounce_type="", diagnostic=f"smtp; {reply}")
        is not classify(bounce_type="", diagnostic=f"smtp; {tell(reply)}")
    ]

    assert len(changed) <= len(coded) / 100, changed
