from email import message_from_bytes
from email.policy import default

import pytest

from bellhop.domain.emails import Mailbox, Recipient
from bellhop.ses.mime import build, text_of_html
from tests.builders import an_email


def read(email):
    return message_from_bytes(build(email), policy=default)


def test_html_comes_with_a_text_made_from_it():
    message = read(an_email(html="<h1>Hola</h1><p>Su <a href='https://h.test/r'>reserva</a></p>"))
    assert message.get_content_type() == "multipart/alternative"
    text = message.get_body(("plain",)).get_content()
    assert "Hola" in text
    assert "https://h.test/r" in text
    assert "<" not in text
    assert "<h1>Hola</h1>" in message.get_body(("html",)).get_content()


def test_the_requests_own_text_is_kept():
    text = read(an_email(text="Mi texto")).get_body(("plain",)).get_content()
    assert text.strip() == "Mi texto"


def test_text_alone_is_sent_alone():
    message = read(an_email(html="", text="Hola"))
    assert message.get_content_type() == "text/plain"


def test_names_and_subjects_outside_ascii_arrive_whole():
    recipient = Recipient(mailbox=Mailbox(address="j@correo.test", name="José Núñez, Sr."))
    message = read(an_email(recipient=recipient, subject="Habitación «Sol» lista ☀"))
    assert message["Subject"] == "Habitación «Sol» lista ☀"
    assert message["To"].addresses[0].display_name == "José Núñez, Sr."
    assert message["To"].addresses[0].addr_spec == "j@correo.test"


def test_lines_stay_within_what_smtp_allows():
    message = build(an_email(html="<p>" + "á" * 5_000 + "</p>", subject="s" * 500))
    assert max(len(line) for line in message.split(b"\r\n")) <= 998


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@evil.test", "a\nBcc: x@evil.test"])
def test_no_header_can_be_injected_even_past_the_checks(evil):
    with pytest.raises(ValueError, match=r"(?i)linefeed"):
        build(an_email(subject=evil))
    with pytest.raises(ValueError, match="CR or LF"):
        build(an_email(sender=Mailbox(address="a@hotel-sol.test", name=evil)))


def test_a_page_without_words_gives_an_empty_text():
    assert text_of_html("<img src='x'>").strip() == ""


def test_marketing_can_be_left_with_one_click():
    url = "https://crm.hotel-sol.test/unsubscribe/" + "0123456789abcdef" * 20
    guest = Recipient(mailbox=Mailbox(address="j@correo.test"), unsubscribe_url=url)
    lines = build(an_email(recipient=guest)).split(b"\r\n")
    assert f"List-Unsubscribe: <{url}>".encode() in lines
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_a_transactional_email_carries_no_unsubscription():
    assert b"List-Unsubscribe" not in build(an_email())
