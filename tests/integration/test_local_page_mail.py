"""A message is shown as far as it can be read, whatever it is."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.internet import Folder
from local.internet.mailboxes import StoredMessage, Verdicts
from local.page.mail import Letter, read


def letter(raw: bytes) -> Letter:
    return read(
        StoredMessage(
            time=datetime(2026, 11, 24, tzinfo=UTC),
            recipient="elena.ruiz@correo.test",
            folder=Folder.INBOX,
            raw=raw,
            verdicts=Verdicts(spf="pass", dkim="pass", dmarc="pass"),
        )
    )


def test_headers_are_decoded_and_unfolded_in_their_order() -> None:
    raw = (
        b"Received: from a\r\n by b\r\nSubject: =?utf-8?q?Su_habitaci=C3=B3n?=\r\n"
        b"From: =?utf-8?q?Recepci=C3=B3n?= <r@hotel-sol.test>\r\n\r\nHola\r\n"
    )
    found = letter(raw)
    assert found.headers == (
        ("Received", "from a by b"),
        ("Subject", "Su habitación"),
        ("From", "Recepción <r@hotel-sol.test>"),
    )
    assert found.subject == "Su habitación"


def test_both_parts_are_found_and_decoded() -> None:
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nma\xf1ana\r\n"
        b"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
        b"\r\nPGI+bWHDsWFuYTwvYj4=\r\n--b--\r\n"
    )
    found = letter(raw)
    assert found.plain.strip() == "mañana"
    assert found.html == "<b>mañana</b>"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain; charset=no-such-charset",
        "text/plain; charset=utf-8",
        "multipart/alternative; boundary=never",
        "message/rfc822",
        "text/plain; charset=",
        ";;;",
    ],
)
def test_a_part_that_lies_about_itself_breaks_nothing(content_type: str) -> None:
    raw = f"Subject: s\r\nContent-Type: {content_type}\r\n\r\n".encode() + b"\xff\xfe\x00"
    found = letter(raw)
    assert found.subject == "s"
    assert "Content-Type" in found.source


@given(st.binary(max_size=400))
def test_no_bytes_at_all_break_it(raw: bytes) -> None:
    found = letter(raw)
    shown = [found.html, found.plain, found.source, *(value for _, value in found.headers)]
    assert all(isinstance(each, str) for each in shown)


@given(
    st.sampled_from(["Subject", "From", "To", "Date", "Content-Type", "DKIM-Signature"]), st.text()
)
def test_no_header_breaks_it(name: str, value: str) -> None:
    raw = f"{name}: {value}\r\n\r\nHola\r\n".encode("utf-8", "replace")
    assert all(isinstance(each, str) for _, each in letter(raw).headers)
