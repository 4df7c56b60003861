"""`python -m ops sender check` over the DNS of the local internet, with nothing deployed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.internet import Internet
from local.internet.broken_zones import ORIGIN, break_zone, load_broken_zones, publish_healthy_zone
from ops.__main__ import main

Check = Callable[..., str]
BROKEN = {each.name: each for each in load_broken_zones()}
TOKENS = ("--token", "token1", "--token", "token2", "--token", "token3")


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        publish_healthy_zone(internet.dns)
        yield internet


@pytest.fixture
def check(internet: Internet, capsys: pytest.CaptureFixture[str]) -> Check:
    def run(domain: str = ORIGIN, *options: str) -> str:
        resolver = f"127.0.0.1:{internet.dns.port}"
        assert main(["sender", "check", domain, "--resolver", resolver, *options]) == 0
        return capsys.readouterr().out

    return run


def test_a_domain_in_order_is_said_to_be_so(check: Check) -> None:
    said = check(ORIGIN, *TOKENS)
    assert said.startswith(f"{ORIGIN}: in order\n")
    assert said.count("found: CNAME") == 3
    assert "✗" not in said


def test_a_broken_domain_comes_with_the_record_to_paste(internet: Internet, check: Check) -> None:
    break_zone(internet.dns, BROKEN["dkim-doubled"])
    said = check(ORIGIN, *TOKENS, "--language", "es")
    assert "Firma (DKIM): por corregir" in said
    assert f"token1._domainkey.{ORIGIN}\n        token1._domainkey  CNAME  token1.dkim" in said


def test_the_look_ups_of_spf_are_shown_as_a_tree(internet: Internet, check: Check) -> None:
    break_zone(internet.dns, BROKEN["eleven-lookups"])
    said = check(ORIGIN)
    assert "SPF: 11/10" in said
    assert " 7  include:_spf.cadena.test\n" in said
    assert "      2  include:a.cadena.test\n" in said


def test_the_panel_is_known_by_its_name_servers(internet: Internet, check: Check) -> None:
    internet.dns.publish(ORIGIN, "NS", "ns-1.awsdns-01.org", "ns-2.awsdns-02.com")
    for name in ("ns-1.awsdns-01.org", "ns-2.awsdns-02.com"):
        internet.dns.publish(name, "A", "127.0.0.1")
    internet.dns.withdraw(f"bounce.{ORIGIN}", "TXT")
    said = check(ORIGIN, *TOKENS)
    assert "Amazon Route 53" in said
    assert 'bounce  TXT  "v=spf1 include:amazonses.com ~all"' in said


def test_json_has_all_of_it(check: Check) -> None:
    report: dict[str, Any] = json.loads(check(ORIGIN, *TOKENS, "--json"))
    assert report["state"] == "works"
    assert report["evidence"] == "for"
    assert report["name_servers"] == ["ns1.panel.test", "ns2.panel.test"]
    assert [part["part"] for part in report["parts"]] == ["dkim", "mail_from", "dmarc", "spf"]
    assert report["spf_lookups"]["count"] == 2


def test_a_domain_is_found_under_its_own_letters(internet: Internet, check: Check) -> None:
    internet.dns.publish("_dmarc.xn--hotel-la-pea-khb.test", "TXT", "v=DMARC1; p=none")
    assert check("Hotel-La-Peña.test").startswith("xn--hotel-la-pea-khb.test: ")
    internet.dns.publish("xn--gro-7ka.test", "A", "192.0.2.1")
    assert check("groß.test").startswith("xn--gro-7ka.test: ")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["hotel"], "'hotel' is not the name of a domain"),
        (["hotel-sol.test", "--resolver", "dns.test"], "--resolver 'dns.test' must be ADDRESS"),
        (["hotel-sol.test", "--resolver", "127.0.0.1:99999"], "must be ADDRESS or ADDRESS:PORT"),
        (["hotel-sol.test", "--region", "eu west"], "--region 'eu west' cannot be one"),
        (["hotel-sol.test", "--token", "a b"], "--token 'a b' cannot be one"),
        (["hotel-sol.test", "--selector", "../x"], "--selector '../x' cannot be one"),
        (["hotel-sol.test", "--reports-to", "me"], "--reports-to 'me' cannot be one"),
        (["hotel-sol.test", "--timeout", "0"], "--timeout 0.0 must be seconds"),
        (["hotel-sol.test", "--timeout", "nan"], "--timeout nan must be seconds"),
        (["hotel-sol.test", "--mail-from", "b.test"], "must lie below hotel-sol.test"),
        (["hotel..test"], "is not the name of a domain"),
        ([f"{'a' * 64}.test"], "is not the name of a domain"),
        (["reservas@hotel-sol.test"], "is not the name of a domain"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_cure(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sender", "check", *arguments]) == 1
    assert said in capsys.readouterr().err


def test_a_resolver_that_is_not_there_proves_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--resolver", "127.0.0.1:1", "--timeout", "0.2"]
    assert main(["sender", "check", ORIGIN, *options]) == 1
    said = capsys.readouterr()
    assert "nothing is known" in said.out
    assert "nobody at 127.0.0.1 told of the domain" in said.err


def test_a_resolver_that_denies_everything_proves_nothing(
    internet: Internet, capsys: pytest.CaptureFixture[str]
) -> None:
    break_zone(internet.dns, BROKEN["filtered"])
    options = ["--resolver", f"127.0.0.1:{internet.dns.port}"]
    assert main(["sender", "check", ORIGIN, *options]) == 1
    said = capsys.readouterr()
    assert "[denied]" in said.out
    assert "--resolver" in said.err
