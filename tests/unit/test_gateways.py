"""Gateways are told by their own words, and a hint is given only where it can help."""

import re

import pytest
from publicsuffixlist import PublicSuffixList

from bellhop.domain.facts import FactKind
from bellhop.domain.gateways import GATEWAYS, gateway_of, recognise
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.web.presenting import Presenter
from tests.builders import NOW, a_fact, a_record

COLLEAGUE = "recepcion@hotel-sol.test"
organisational_domain = PublicSuffixList().privatesuffix

# What servers say, put together from their vendors' documents; hosts and ids are made up.
WORDS = [
    ("250 SmtpThread-1764000-01@relay-3.mimecast.lan Received OK [q1]", "Mimecast"),
    ("smtp; 550 Anti-Spoofing policy - Inbound not allowed", "Mimecast"),
    ("250 ok:  Message 4711 accepted", "Cisco Secure Email"),
    ("smtp; 550 #5.1.0 Address rejected.", "Cisco Secure Email"),
    ("dns; mx07-0012.pphosted.com", "Proofpoint"),
    ("dns; mx1-eu1.ppe-hosted.com", "Proofpoint Essentials"),
    ("smtp; 550 permanent failure for one or more recipients (a@b.test:blocked)", "Barracuda"),
    ("dns; d1.ess.de.barracudanetworks.com", "Barracuda"),
    ("dns; cluster8.eu.messagelabs.com", "Symantec"),
    ("dns; hotel.in.tmes.trendmicro.eu", "Trend Micro"),
    ("dns; mx-01-eu-west-1.prod.hydra.sophos.com", "Sophos"),
    ("dns; mx23.antispameurope.com", "Hornetsecurity"),
    ("dns; mx1.antispamcloud.com", "N-able"),
    ("dns; smtp1.hotel.esvacloud.com", "Libraesva"),
    ("smtp; 550 5.7.68 TenantInboundAttribution; Direct Send not allowed", "Microsoft 365"),
    (
        "250 2.6.0 <1@hotel.test> [InternalId=7, Hostname=DB9P.EURPRD09.PROD.OUTLOOK.COM] "
        "9 bytes in 0.1 Queued mail for delivery",
        "Microsoft 365",
    ),
    ("250 2.6.0 <1@x> [InternalId=7] Queued mail for delivery", "Microsoft Exchange"),
    ("smtp; 550 5.7.1 blocked (S3150)", "Outlook.com"),
    ("250 2.0.0 OK  1764 a1-2b - gsmtp", "Google Workspace"),
    ("250 Requested mail action okay, completed: id=1Mabc-2def", "IONOS"),
    ("dns; mx1.mail.ovh.net", "OVHcloud"),
    ("dns; mx.aruba.it", "Aruba"),
    ("250 2.0.0 Ok: queued on mxfront1q.mail.yandex.net as 17", "Yandex"),
    ("dns; mx.zoho.eu", "Zoho Mail"),
    ("dns; mx01.mail.icloud.com", "iCloud Mail"),
    ("250 ok dirdel", "Yahoo"),
    ("250 2.0.0 Ok: queued as 4F2A", ""),
    ("smtp; 550 5.1.1 No such user here", ""),
    ("", ""),
]


@pytest.mark.parametrize(("words", "name"), WORDS)
def test_a_gateway_is_told_by_its_words(words: str, name: str):
    found = recognise(words, "hotel-sol.test")
    assert (found.name if found else "").startswith(name)
    assert bool(found) is bool(name)


@pytest.mark.parametrize(
    ("words", "domain", "name"),
    [
        ("250 OK - gsmtp", "gmail.com", "Gmail"),
        ("250 OK - gsmtp", "hotel-sol.test", "Google Workspace"),
        ("250 Requested mail action okay, completed: id=1", "web.de", "GMX and WEB.DE"),
        ("250 Requested mail action okay, completed: id=1", "hotel-sol.test", "IONOS"),
    ],
)
def test_of_two_products_with_one_voice_the_domain_tells(words, domain, name):
    assert recognise(words, domain).name == name


def test_the_order_of_the_facts_makes_no_difference_and_what_only_ses_says_tells_nothing():
    delay = a_fact(FactKind.DELAY, diagnostic="smtp; 450 4.2.0 Greylisted")
    delivery = a_fact(FactKind.DELIVERY, minutes=1, smtp_response="250 ok dirdel")
    assert gateway_of([delay, delivery], "x.test") == gateway_of([delivery, delay], "x.test")
    own = a_fact(FactKind.DELIVERY, reporting_mta="a8-70.smtp-out.amazonses.com")
    assert gateway_of([own], "x.test") is None


def test_every_row_has_a_source_and_a_pattern_that_something_can_match():
    for gateway in GATEWAYS:
        assert gateway.source
        assert re.compile(gateway.pattern)
        assert not re.search(r"(?<!\\)[A-Z]", gateway.pattern)  # it is searched in lower case


def answer(*facts, address: str, language: str = "en"):
    presenter = Presenter(language, organisational_domain, NOW, TenantSettings())
    return presenter.email(a_record(*facts, address=address))


def test_the_hotels_own_it_is_told_where_to_let_it_in():
    delivery = a_fact(FactKind.DELIVERY, smtp_response="250 SmtpThread-1-2@x Received OK")
    gateway = answer(delivery, address=COLLEAGUE).gateway
    assert gateway.name == "Mimecast"
    assert "Anti-Spoofing" in gateway.hint
    assert "hotel-sol.test" in gateway.hint


def test_an_unknown_gateway_has_the_general_hint():
    gateway = answer(a_fact(FactKind.DELIVERY), address=COLLEAGUE, language="es").gateway
    assert gateway.name is None
    assert gateway.hint.startswith("En el filtro de correo")


def test_a_guests_gateway_has_a_name_and_no_hint():
    delivery = a_fact(FactKind.DELIVERY, smtp_response="250 OK - gsmtp")
    gateway = answer(delivery, address="elena@gmail.com").gateway
    assert (gateway.name, gateway.hint) == ("Gmail", None)


def test_an_email_that_a_colleague_has_read_needs_no_hint():
    facts = a_fact(FactKind.DELIVERY), a_fact(FactKind.CLICK, minutes=1)
    assert answer(*facts, address=COLLEAGUE).gateway is None


def test_a_refusal_by_the_hotels_own_gateway_is_its_its_business():
    words = "smtp; 550 5.7.68 TenantInboundAttribution; Direct Send not allowed"
    bounce = a_fact(FactKind.BOUNCE, reason="policy_rejected", diagnostic=words)
    own, guests = answer(bounce, address=COLLEAGUE), answer(bounce, address="x@viajes-luna.test")
    assert (own.advice.who, guests.advice.who) == ("Your IT", "Reception")
    assert own.gateway.name == guests.gateway.name == "Microsoft 365"
    assert "Spoofed senders" in own.gateway.hint
    assert guests.gateway.hint is None
