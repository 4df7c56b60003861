"""The local page shows what lies in mailboxes and was said, and hostile content stays content."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from local.demo.crm import Answer, Crm
from local.demo.guests import LETTERS
from local.internet import Internet
from tests.integration.internet_sender import (
    DOMAIN,
    compose,
    publish_sender,
    send,
    sign,
)
from tests.integration.local_page import FakeCrm, Visitor, page_of

ELENA = "elena.ruiz@correo.test"
EVIL = "<script>alert(1)</script>"
CARD = {
    "status": "bounced",
    "headline": {"sentence": f"Gone {EVIL}", "next_step": "Ask.", "who": "Reception"},
    "works": "Nothing is sent.",
    "liftings": [{"at": "2026-11-23T09:30:00Z", "by": "Marta", "why": f"Asked {EVIL}"}],
    "inbox": None,
    "emails": [
        {
            "id": "em_1_2",
            "status": "bounced",
            "since": "2026-11-24T12:00:00.000000Z",
            "subject": EVIL,
            "advice": {"sentence": "Gone.", "next_step": "Ask.", "who": "Reception"},
            "reason": {"server_reply": f"550 5.1.1 {EVIL}"},
        }
    ],
    "has_more": False,
}


def answered(status: int, body: dict) -> Answer:
    return Answer(status=status, body=body, headers={})


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_sender(internet)
        yield internet


@pytest.fixture
def crm() -> FakeCrm:
    return FakeCrm(
        answers={
            "/v1/contacts/lookup": answered(200, CARD),
            "/v1/emails": answered(202, {"emails": [{"id": "em_1_2"}]}),
        }
    )


@pytest.fixture
def visitor(internet: Internet, crm: FakeCrm) -> Iterator[Visitor]:
    with page_of(internet, crm=crm) as visitor:
        yield visitor


def hostile_message() -> bytes:
    message = EmailMessage()
    message["From"] = "Hotel Sol <recepcion@hotel-sol.test>"
    message["To"] = ELENA
    message["Subject"] = EVIL
    message["Message-ID"] = "<reserva-1@hotel-sol.test>"
    message.set_content(f"Plain {EVIL}")
    message.add_alternative(f"<p>Hola</p>{EVIL}", subtype="html")
    return sign(message.as_bytes().replace(b"\n", b"\r\n"), DOMAIN)


def test_every_guest_is_listed_and_those_written_to_come_first(
    internet: Internet, visitor: Visitor
) -> None:
    send(internet, "noexiste@correo.test")
    text = visitor.get("/").text
    table = text[text.index("<tbody>") :]
    addresses = [mailbox.address for mailbox in internet.servers.mailboxes()]
    assert len(addresses) > 20
    assert all(f">{address}</a>" in table for address in addresses)
    first = min(addresses, key=lambda address: table.index(f">{address}</a>"))
    assert first == "noexiste@correo.test"
    assert "refused" in table
    assert "sofia@sin-correo.test" in table
    assert "null MX" in table


def test_a_guest_is_shown_with_card_mailbox_and_transcripts(
    internet: Internet, visitor: Visitor, crm: FakeCrm
) -> None:
    send(internet, ELENA, sign(compose(ELENA, subject="Su reserva"), DOMAIN))
    text = visitor.get("/guest", address=ELENA, language="es").text
    assert crm.posted == [("/v1/contacts/lookup", "es", {"address": ELENA})]
    assert '<article class="card bounced" lang="es">' in text
    assert "Nothing is sent." in text
    assert "by Marta: Asked &lt;script&gt;" in text
    assert ">Su reserva</a>" in text
    assert "SPF pass" in text
    assert "RCPT TO:&lt;elena.ruiz@correo.test&gt;" in text


def test_a_guest_whom_bellhop_does_not_know_is_shown_all_the_same(
    visitor: Visitor, crm: FakeCrm
) -> None:
    crm.answers["/v1/contacts/lookup"] = answered(404, {"detail": "no contact"})
    got = visitor.get("/guest", address="nobody@correo.test")
    assert got.status == 200
    assert "Bellhop has not written to this address" in got.text
    assert "Nobody has this address" in got.text


def test_a_message_shows_verdicts_headers_and_plain_text(
    internet: Internet, visitor: Visitor
) -> None:
    send(internet, ELENA, sign(compose(ELENA, subject="Su reserva está lista"), DOMAIN))
    text = visitor.get("/message", address=ELENA, number="0").text
    assert "<h1>Su reserva está lista</h1>" in text
    assert "DMARC pass" in text
    assert "<dt>Authentication-Results</dt>" in text
    assert "le esperamos el viernes" in text
    assert "It has no HTML part" in text


def test_hostile_content_is_escaped_wherever_it_is_shown(
    internet: Internet, visitor: Visitor
) -> None:
    internet.servers.change("noexiste@correo.test", reply=f"550 5.1.1 {EVIL}")
    send(internet, ELENA, hostile_message())
    send(internet, "noexiste@correo.test")
    pages = [
        visitor.get("/"),
        visitor.get("/guest", address=ELENA),
        visitor.get("/guest", address=EVIL),
        visitor.get("/message", address=ELENA, number="0"),
        visitor.get("/transcripts"),
    ]
    for got in pages:
        assert got.status == 200
        assert EVIL not in got.text
        assert got.text.count("<script") == 1  # the page's own file
    assert all("&lt;script&gt;alert(1)" in got.text for got in pages[1:])


def test_an_emails_html_is_served_for_a_sandbox_alone(internet: Internet, visitor: Visitor) -> None:
    send(internet, ELENA, hostile_message())
    assert "<iframe" in visitor.get("/message", address=ELENA, number="0").text
    html = visitor.get("/message.html", address=ELENA, number="0")
    assert "<p>Hola</p>" in html.text
    policy = html.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy  # no scripts, no forms, no origin of its own
    assert "default-src 'none'" in policy
    assert "script-src" not in html.headers["Content-Security-Policy"]


def test_pages_allow_nothing_inline_and_nothing_from_elsewhere(visitor: Visitor) -> None:
    got = visitor.get("/")
    policy = got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert "style=" not in got.text


def test_the_form_sends_one_email_through_the_api(visitor: Visitor, crm: FakeCrm) -> None:
    got = visitor.post("/write", address=ELENA, subject="Hola", text="Le esperamos")
    assert (got.status, got.headers["Location"]) == (303, "/guest?address=elena.ruiz%40correo.test")
    ((path, key, body),) = crm.posted
    assert path == "/v1/emails"
    assert key.startswith("page-")
    assert (body["to"], body["subject"], body["text"]) == (
        [{"address": ELENA}],
        "Hola",
        "Le esperamos",
    )


def test_the_demos_emails_are_sent_anew_each_time(visitor: Visitor, crm: FakeCrm) -> None:
    assert visitor.post("/write-to-all").status == 303
    assert visitor.post("/write-to-all").status == 303
    keys = [key for _, key, _ in crm.posted]
    assert len(set(keys)) == len(keys) == 2 * len(LETTERS)


def test_what_the_api_refuses_is_said_in_its_words(visitor: Visitor, crm: FakeCrm) -> None:
    problem = {"detail": "One field.", "errors": [{"pointer": "/to/0", "detail": "is not one"}]}
    crm.answers["/v1/emails"] = answered(422, problem)
    got = visitor.post("/write", address="nowhere", subject="Hola", text="Hola")
    assert got.status == 422
    assert "One field. /to/0: is not one" in got.text


def test_an_address_that_nobody_can_have_is_said_in_the_apis_words(
    visitor: Visitor, crm: FakeCrm
) -> None:
    crm.answers["/v1/contacts/lookup"] = answered(422, {"detail": "An @-sign is missing."})
    got = visitor.get("/guest", address="<b>nobody")
    assert got.status == 404
    assert "An @-sign is missing." in got.text


@pytest.mark.parametrize("origin", [{}, {"Origin": "http://evil.test"}, {"Origin": "null"}])
def test_another_site_cannot_send(visitor: Visitor, crm: FakeCrm, origin: dict[str, str]) -> None:
    got = visitor.ask("POST", "/write", "address=a@b.test&subject=s&text=t", origin)
    assert got.status == 403
    assert crm.posted == []


def test_another_host_name_reads_nothing(visitor: Visitor, crm: FakeCrm) -> None:
    got = visitor.ask("GET", "/api", headers={"Host": "evil.test"})
    assert got.status == 421
    assert crm.key not in got.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("/guest", 400),
        ("/guest?address=a@correo.test&language=xx", 404),
        ("/message?address=elena.ruiz@correo.test&number=7", 404),
        ("/message?address=elena.ruiz@correo.test&number=-1", 404),
    ],
)
def test_a_page_that_is_not_there_says_so(visitor: Visitor, path: str, status: int) -> None:
    got = visitor.get(path)
    assert got.status == status
    assert "Back to the guests" in got.text


def test_a_world_that_does_not_answer_is_said_in_a_sentence(internet: Internet) -> None:
    with page_of(internet, crm=Crm(url="http://127.0.0.1:1", key="k")) as visitor:
        got = visitor.get("/guest", address=ELENA)
    assert got.status == 502
    assert "The local world did not answer" in got.text


def test_a_form_that_is_too_long_is_refused_unread(visitor: Visitor, crm: FakeCrm) -> None:
    headers = {"Origin": f"http://{visitor.host}", "Content-Length": "99999999"}
    assert visitor.ask("POST", "/write", "", headers).status == 413
    assert crm.posted == []
