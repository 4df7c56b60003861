"""The DNS of the local internet answers as DNS does, and changes at once."""

from collections.abc import Iterator
from pathlib import Path

import dns.resolver
import pytest

from local.internet import Internet
from local.internet.lookup import mail_hosts, txt_records


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    with Internet.start(tmp_path) as internet:
        yield internet


def test_a_wildcard_speaks_for_names_that_nobody_published(internet: Internet) -> None:
    internet.dns.publish("*.comodin.test", "A", "192.0.2.7")
    internet.dns.publish("www.comodin.test", "TXT", "x")
    resolver = internet.resolver()
    assert [str(each) for each in resolver.resolve("a.b.comodin.test", "A")] == ["192.0.2.7"]
    for name, kind in (("www.comodin.test", "A"), ("a.comodin.test", "MX")):
        with pytest.raises(dns.resolver.NoAnswer):
            resolver.resolve(name, kind)


def test_recipients_domain_leads_to_its_mail_host(internet: Internet) -> None:
    assert mail_hosts(internet.resolver(), "correo.test") == ["mx1.correo.test"]
    answer = internet.resolver().resolve("MX1.Correo.test.", "A")
    assert [record.address for record in answer] == ["127.0.0.1"]


def test_mail_hosts_come_in_order_of_preference(internet: Internet) -> None:
    internet.dns.publish("dos.test", "MX", "20 second.dos.test", "10 first.dos.test")
    assert mail_hosts(internet.resolver(), "dos.test") == ["first.dos.test", "second.dos.test"]


def test_domain_without_mx_is_its_own_mail_host(internet: Internet) -> None:
    internet.dns.publish("sin-mx.test", "A", "127.0.0.1")
    assert mail_hosts(internet.resolver(), "sin-mx.test") == ["sin-mx.test"]


@pytest.mark.parametrize("domain", ["sin-correo.test", "solo-web.test", "no-existe.test"])
def test_domain_that_takes_no_mail_has_no_mail_host(internet: Internet, domain: str) -> None:
    assert mail_hosts(internet.resolver(), domain) == []


def test_null_mx_is_published(internet: Internet) -> None:
    [record] = internet.resolver().resolve("sin-correo.test", "MX")
    assert (record.preference, record.exchange.to_text()) == (0, ".")


def test_text_longer_than_one_string_comes_back_whole(internet: Internet) -> None:
    key = "v=DKIM1; p=" + "A" * 400
    internet.dns.publish("s1._domainkey.hotel-mar.test", "TXT", key)
    assert txt_records(internet.resolver(), "s1._domainkey.hotel-mar.test") == [key.encode()]


def test_answer_too_long_for_udp_comes_over_tcp(internet: Internet) -> None:
    texts = sorted(f"{number:03} " + "x" * 200 for number in range(40))
    internet.dns.publish("largo.test", "TXT", *texts)
    found = sorted(each.decode() for each in txt_records(internet.resolver(), "largo.test"))
    assert found == texts


def test_alias_is_followed(internet: Internet) -> None:
    internet.dns.publish("s1._domainkey.hotel-mar.test", "CNAME", "token.dkim.provider.test")
    internet.dns.publish("token.dkim.provider.test", "TXT", "v=DKIM1; p=AAAA")
    answer = internet.resolver().resolve("s1._domainkey.hotel-mar.test", "TXT")
    assert answer.canonical_name.to_text() == "token.dkim.provider.test."
    [alias] = internet.resolver().resolve("s1._domainkey.hotel-mar.test", "CNAME")
    assert alias.target.to_text() == "token.dkim.provider.test."


def test_aliases_in_a_circle_end(internet: Internet) -> None:
    internet.dns.publish("a.test", "CNAME", "b.test")
    internet.dns.publish("b.test", "CNAME", "a.test")
    with pytest.raises(dns.exception.DNSException):
        internet.resolver().resolve("a.test", "TXT")


def test_unknown_name_and_missing_type_are_told_apart(internet: Internet) -> None:
    with pytest.raises(dns.resolver.NXDOMAIN):
        internet.resolver().resolve("no-existe.test", "MX")
    with pytest.raises(dns.resolver.NoAnswer):
        internet.resolver().resolve("mx1.correo.test", "MX")


def test_name_above_a_record_exists(internet: Internet) -> None:
    internet.dns.publish("s1._domainkey.hotel-mar.test", "TXT", "v=DKIM1; p=AAAA")
    with pytest.raises(dns.resolver.NoAnswer):
        internet.resolver().resolve("_domainkey.hotel-mar.test", "TXT")


def test_publishing_again_replaces_and_withdrawing_removes(internet: Internet) -> None:
    internet.dns.publish("hotel-mar.test", "TXT", "old")
    internet.dns.publish("hotel-mar.test", "txt", "new")
    assert txt_records(internet.resolver(), "hotel-mar.test") == [b"new"]
    internet.dns.withdraw("hotel-mar.test", "TXT")
    internet.dns.withdraw("hotel-mar.test", "TXT")
    assert txt_records(internet.resolver(), "hotel-mar.test") == []


@pytest.mark.parametrize(
    ("type_", "value"),
    [("A", "not an address"), ("MX", "mx.hotel-mar.test"), ("MAIL-HOST", "mx.hotel-mar.test")],
)
def test_record_that_cannot_be_served_is_refused(
    internet: Internet, type_: str, value: str
) -> None:
    with pytest.raises(ValueError, match=type_):
        internet.dns.publish("hotel-mar.test", type_, value)


def test_two_internets_know_nothing_of_each_other(internet: Internet, tmp_path: Path) -> None:
    with Internet.start(tmp_path / "other") as other:
        other.dns.publish("hotel-mar.test", "TXT", "only there")
        assert txt_records(other.resolver(), "hotel-mar.test") == [b"only there"]
        assert txt_records(internet.resolver(), "hotel-mar.test") == []
