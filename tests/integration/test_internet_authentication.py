"""Recipients' servers verify SPF, DKIM and DMARC against the local DNS, and act on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.internet import Folder, Internet, Outcome
from local.internet.dmarc import evaluate, organizational_domain
from local.internet.mailboxes import Verdicts
from tests.integration.internet_sender import (
    DOMAIN,
    MAIL_FROM_DOMAIN,
    compose,
    publish_sender,
    send,
    sign,
)

ELENA = "elena.ruiz@correo.test"
FOREIGN_SENDER = "news@foreign.test"


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_sender(internet)
        yield internet


def verdicts(internet: Internet, address: str = ELENA) -> Verdicts:
    [transcript] = internet.transcripts.for_recipient(address)
    assert transcript.verdicts
    return transcript.verdicts


def test_well_set_sender_passes_everything(internet: Internet) -> None:
    send(internet, ELENA)
    [message] = internet.mailbox(ELENA)
    assert message.verdicts == verdicts(internet) == Verdicts(spf="pass", dkim="pass", dmarc="pass")
    header = b" ".join(message.raw.split(b"Received:")[0].split())
    assert b"Authentication-Results: mx1.correo.test; spf=pass" in header
    assert b"dkim=pass header.d=hotel-sol.test" in header
    assert b"dmarc=pass header.from=hotel-sol.test policy.dmarc=reject" in header


def test_lost_key_fails_dkim_though_the_provider_signed_too(internet: Internet) -> None:
    message = sign(compose(ELENA), DOMAIN, "provider.test")
    internet.dns.withdraw(f"s1._domainkey.{DOMAIN}", "CNAME")
    send(internet, ELENA, message)
    assert verdicts(internet) == Verdicts(spf="pass", dkim="fail", dmarc="pass")


def test_provider_signature_alone_is_not_aligned(internet: Internet) -> None:
    reply = send(internet, ELENA, sign(compose(ELENA), "provider.test"), mail_from=FOREIGN_SENDER)
    assert verdicts(internet) == Verdicts(spf="none", dkim="pass", dmarc="fail")
    assert reply.enhanced == "5.7.26"


def test_unsigned_message_has_no_dkim_result(internet: Internet) -> None:
    send(internet, ELENA, compose(ELENA))
    assert verdicts(internet) == Verdicts(spf="pass", dkim="none", dmarc="pass")


def test_client_that_may_not_send_fails_spf(internet: Internet) -> None:
    internet.dns.publish(MAIL_FROM_DOMAIN, "TXT", "v=spf1 ip4:192.0.2.1 -all")
    send(internet, ELENA)
    assert verdicts(internet) == Verdicts(spf="fail", dkim="pass", dmarc="pass")


def test_sender_policy_of_others_is_included(internet: Internet) -> None:
    internet.dns.publish(MAIL_FROM_DOMAIN, "TXT", "v=spf1 include:provider.test -all")
    internet.dns.publish("provider.test", "TXT", "v=spf1 a:out.provider.test mx -all")
    internet.dns.publish("out.provider.test", "A", "127.0.0.1")
    send(internet, ELENA)
    assert verdicts(internet).spf == "pass"


def test_null_sender_is_judged_by_its_greeting_name(internet: Internet) -> None:
    internet.dns.publish("out.provider.test", "TXT", "v=spf1 ip4:127.0.0.1 -all")
    send(internet, ELENA, mail_from="")
    assert verdicts(internet).spf == "pass"


def test_unauthenticated_message_is_refused_in_googles_words(internet: Internet) -> None:
    internet.dns.withdraw(f"_dmarc.{DOMAIN}", "TXT")
    reply = send(internet, ELENA, compose(ELENA), mail_from=FOREIGN_SENDER)
    assert (reply.code, reply.enhanced) == (550, "5.7.26")
    assert "SPF [foreign.test] with ip: [127.0.0.1] = Did not pass" in reply.text
    assert internet.mailbox(ELENA) == []


@pytest.mark.parametrize(
    ("wish", "outcome", "folder"),
    [
        ("reject", Outcome.REFUSED, None),
        ("quarantine", Outcome.ACCEPTED, Folder.JUNK),
        ("none", Outcome.ACCEPTED, Folder.INBOX),
    ],
)
def test_what_fails_dmarc_goes_where_its_owner_asks(
    internet: Internet, wish: str, outcome: Outcome, folder: Folder | None
) -> None:
    bruno = "bruno.costa@posta.test"
    internet.servers.change(bruno, behaviour="accepts")
    internet.dns.publish(f"_dmarc.{DOMAIN}", "TXT", f"v=DMARC1; p={wish}")
    tampered = sign(compose(bruno), DOMAIN).replace(b"viernes", b"jueves")
    send(internet, bruno, tampered, mail_from=FOREIGN_SENDER)
    [transcript] = internet.transcripts.for_recipient(bruno)
    assert transcript.verdicts == Verdicts(spf="none", dkim="fail", dmarc="fail")
    assert (transcript.outcome, transcript.folder) == (outcome, folder)
    assert [each.folder for each in internet.mailbox(bruno)] == ([folder] if folder else [])


def test_company_gateway_quarantines_what_claims_its_own_domain(internet: Internet) -> None:
    reception = "recepcion@hotel-sol.test"
    reply = send(internet, reception)
    assert reply.code == 250
    [transcript] = internet.transcripts.for_recipient(reception)
    assert transcript.verdicts == Verdicts(spf="pass", dkim="pass", dmarc="pass")
    assert transcript.outcome is Outcome.ACCEPTED
    assert transcript.folder is Folder.QUARANTINE
    assert [each.folder for each in internet.mailbox(reception)] == [Folder.QUARANTINE]


def test_company_gateway_can_refuse_its_own_domain(internet: Internet) -> None:
    internet.servers.change("entrada-2.pasarela.test", policies=["refuses_own_domain"])
    reply = send(internet, "recepcion@hotel-sol.test")
    assert reply.code == 550
    assert "Anti-Spoofing" in reply.text


def test_company_gateway_lets_mail_of_others_through(internet: Internet) -> None:
    send(internet, "grupos@viajes-luna.test")
    assert [each.folder for each in internet.mailbox("grupos@viajes-luna.test")] == [Folder.INBOX]


@pytest.mark.parametrize(
    ("domain", "organization"),
    [
        ("hotel-sol.test", "hotel-sol.test"),
        ("a.bounce.Hotel-Sol.test", "hotel-sol.test"),
        ("mail.hotel.co.uk", "hotel.co.uk"),
        ("hotel.github.io", "hotel.github.io"),
        ("co.uk", "co.uk"),
    ],
)
def test_organizational_domain(domain: str, organization: str) -> None:
    assert organizational_domain(domain) == organization


@pytest.mark.parametrize(
    ("records", "from_domain", "spf_domain", "dkim_domain", "result", "policy"),
    [
        ({}, "a.test", "a.test", "a.test", "none", ""),
        ({"a.test": "p=none"}, "a.test", "", "", "fail", "none"),
        ({"a.test": "p=reject; sp=none"}, "a.test", "", "", "fail", "reject"),
        ({"a.test": "p=reject; sp=none"}, "www.a.test", "", "", "fail", "none"),
        ({"a.test": "p=reject"}, "www.a.test", "", "", "fail", "reject"),
        ({"a.test": "p=reject"}, "a.test", "bounce.a.test", "", "pass", "reject"),
        ({"a.test": "p=reject; aspf=s"}, "a.test", "bounce.a.test", "", "fail", "reject"),
        ({"a.test": "p=reject; adkim=s"}, "a.test", "", "mail.a.test", "fail", "reject"),
        ({"a.test": "p=reject; adkim=s"}, "a.test", "", "a.test", "pass", "reject"),
        ({"a.test": "p=reject"}, "a.test", "b.test", "b.test", "fail", "reject"),
        ({"a.test": "rua=mailto:d@a.test"}, "a.test", "a.test", "", "permerror", ""),
    ],
)
def test_dmarc(  # noqa: PLR0913, RUF100 - one argument for each column of the table
    records: dict[str, str],
    from_domain: str,
    spf_domain: str,
    dkim_domain: str,
    result: str,
    policy: str,
) -> None:
    published = {f"_dmarc.{name}": [f"v=DMARC1; {text}".encode()] for name, text in records.items()}
    found = evaluate(
        from_domain,
        spf_domain=spf_domain,
        dkim_domains=[dkim_domain] if dkim_domain else [],
        txt_records=lambda name: published.get(name, []),
    )
    assert (found.result, found.policy) == (result, policy)


def test_two_dmarc_records_are_none() -> None:
    found = evaluate(
        "a.test",
        spf_domain="a.test",
        dkim_domains=[],
        txt_records=lambda _name: [b"v=DMARC1; p=reject", b"v=DMARC1; p=none"],
    )
    assert found.result == "none"
