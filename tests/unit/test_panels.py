"""Records as they are typed into a provider's panel."""

import pytest

from bellhop.domain.authentication.answers import RecordType
from bellhop.domain.authentication.findings import Record
from bellhop.domain.authentication.panels import OTHER, PANELS, host_in, panel_of, pasted

ZONE = "hotel-sol.test"
MX = Record(name="bounce.hotel-sol.test", type=RecordType.MX, value="10 feedback.example")
TXT = Record(name=ZONE, type=RecordType.TXT, value="v=spf1 mx ~all")
CNAME = Record(name="t._domainkey.hotel-sol.test", type=RecordType.CNAME, value="t.dkim.example")


@pytest.mark.parametrize(
    ("server", "code"),
    [
        ("ada.ns.cloudflare.com", "cloudflare"),
        ("ns-1024.awsdns-00.org", "route53"),
        ("ns-2040.awsdns-63.co.uk", "route53"),
        ("NS53.domaincontrol.com.", "godaddy"),
        ("ns1045.ui-dns.de", "ionos"),
        ("dns104.ovh.net", "ovh"),
        ("ns1.servidoresdns.net", "arsys"),
        ("ns1.dondominio.com", "dondominio"),
        ("docks12.rzone.de", "strato"),
        ("dns3.arubadns.net", "aruba"),
        ("ns-cloud-a1.googledomains.com", "google"),
        ("ns-12-a.gandi.net", "gandi"),
        ("ns1.hotel-sol.test", "other"),
        ("notawsdns.example", "other"),
        ("ns1.cloudflare.com.example", "other"),
    ],
)
def test_a_provider_is_known_by_its_name_servers(server, code):
    assert panel_of((server,)).code == code


def test_no_provider_is_listed_twice():
    suffixes = [suffix for panel in PANELS for suffix in panel.name_servers]
    assert len(set(suffixes)) == len(suffixes)
    assert len({panel.code for panel in PANELS}) == len(PANELS)


def test_a_zone_without_name_servers_has_no_known_panel():
    assert panel_of(()) is OTHER


def panel(code: str):
    return next(each for each in PANELS if each.code == code)


def test_most_panels_take_names_relative_to_the_zone_and_values_bare():
    assert pasted(CNAME, ZONE, OTHER).host == "t._domainkey"
    assert pasted(CNAME, ZONE, OTHER).full_name == "t._domainkey.hotel-sol.test"
    assert pasted(TXT, ZONE, OTHER).host == "@"
    assert pasted(TXT, ZONE, OTHER).value == "v=spf1 mx ~all"
    assert (pasted(MX, ZONE, OTHER).priority, pasted(MX, ZONE, OTHER).value) == (
        "10",
        "feedback.example",
    )


def test_route_53_wants_quotes_and_the_preference_with_its_target():
    route53 = panel("route53")
    assert pasted(TXT, ZONE, route53).value == '"v=spf1 mx ~all"'
    assert pasted(TXT, ZONE, route53).host == ""
    assert pasted(MX, ZONE, route53).value == "10 feedback.example"
    assert pasted(MX, ZONE, route53).priority == ""


@pytest.mark.parametrize("code", ["ovh", "gandi", "hetzner", "strato"])
def test_some_panels_add_the_zone_to_a_target_without_a_dot(code):
    assert pasted(CNAME, ZONE, panel(code)).value == "t.dkim.example."
    assert not pasted(TXT, ZONE, panel(code)).value.endswith(".")


def test_a_name_of_another_zone_stays_whole():
    assert host_in("b.test", "a.hotel-sol.test") == "a.hotel-sol.test"
    assert host_in("", "a.hotel-sol.test") == "a.hotel-sol.test"
