"""The page for a hotel's web agency: what it says in both languages, and what it lets nobody do."""

import importlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from bellhop import clock
from bellhop.domain.authentication.answers import Fault
from bellhop.domain.authentication.check import Sender as Checked
from bellhop.domain.authentication.check import check
from bellhop.domain.authentication.standing import Change, Watch
from bellhop.domain.authentication.watches import packed
from bellhop.domain.links import Link, hash_of
from bellhop.domain.sender_records import records_of
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.remembered import Remembered
from tests.builders import NOW, TENANT
from tests.unit.api import ENVIRONMENT
from tests.unit.fakes import FakeClock, FakeLinks, FakeSenders
from tests.unit.zones import ZONE, FakeDns, organisational

TOKEN = "t" * 43
REGION = "eu-west-1"
LINK = Link(hash=hash_of(TOKEN), expires_at=NOW + timedelta(days=14))
SENDER = Sender(
    tenant="hotel-secreto",
    domain=ZONE,
    state=SenderState.PENDING,
    checked_at=NOW,
    tokens=("uno", "dos", "tres"),
    mail_from=f"bounce.{ZONE}",
    links=(LINK,),
)
WANTED = records_of(SENDER, zone=ZONE, region=REGION)
PUBLISHED = {f"{each.name} {each.type}": (each.value,) for each in WANTED}
KEYS = {
    f"{token}._domainkey.{ZONE} TXT": (f"v=DKIM1; k=rsa; p={'A' * 392}",) for token in SENDER.tokens
} | {"amazonses.com TXT": ("v=spf1 ip4:192.0.2.0/24 -all",)}
REGISTERED = {f"{ZONE} SOA": ("ns1.panel.test",)}
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "</code></li><h1>owned</h1>",
    "{{ 7 * 7 }} {% raw %} javascript:alert(1)",
    "\u202egnp.exe\u202c\u200f\u2066 right to left",
    "zero\u200bwidth\x00\x1b[31m",
    "x" * 60_000,
]


class Page(HTMLParser):
    """What a browser would make of an answer."""

    def __init__(self, answer):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []
        self.feed(answer["body"])

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def values(self, tag, name):
        return [value for found, key, value in self.attributes if (found, key) == (tag, name)]


@pytest.fixture
def site(monkeypatch):
    """The function with a DNS of our own behind it, and the sender whose page it shows."""
    for name, value in {**ENVIRONMENT, "BELLHOP_DNS_RESOLVER": "127.0.0.1:53"}.items():
        monkeypatch.setenv(name, value)
    module = importlib.import_module("handover.handler")
    site = SimpleNamespace(dns=FakeDns(REGISTERED), asked=0, clock=FakeClock(NOW))

    def look_up(sender):
        site.asked += 1
        wanted = Checked(
            domain=ZONE, region=REGION, tokens=sender.tokens, mail_from=sender.mail_from
        )
        return check(site.dns, wanted, organisational)

    def show(sender=SENDER, token=TOKEN, lang="", **headers):
        senders = FakeSenders(sender)
        links = FakeLinks(senders)
        links.lead(LINK, sender)
        monkeypatch.setattr(module, "senders", senders)
        monkeypatch.setattr(module, "links", links)
        event = {
            "pathParameters": {"token": token},
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
            **({"queryStringParameters": {"lang": lang}} if lang else {}),
        }
        return module.handler(event, SimpleNamespace())

    monkeypatch.setattr(clock, "now", site.clock)
    monkeypatch.setattr(module, "name_servers", SimpleNamespace(check=look_up))
    monkeypatch.setattr(module, "looks", Remembered(module.looks._ask, site.clock))
    site.show, site.module = show, module
    return site


def test_every_record_is_there_to_paste_in_both_forms(site):
    page = Page(site.show())
    for record in WANTED:
        assert record.host in page.words
        assert record.name in page.words
        assert record.value.rpartition(" ")[2] in page.text
    assert "0 of 6 records are found" in page.text
    assert page.text.count("waiting for DNS (normal up to 72 h)") >= 6


def test_records_that_are_published_are_found(site):
    site.dns.records |= {**PUBLISHED, **KEYS}
    assert "All records are there. The email service confirms" in Page(site.show()).text
    verified = replace(SENDER, state=SenderState.VERIFIED)
    page = Page(site.show(verified))
    assert "All records are in order." in page.text
    assert page.values("p", "class").count("said found") == len(WANTED)


def test_a_record_that_differs_is_shown_as_it_is_seen(site):
    site.dns.records |= {**PUBLISHED, **KEYS, f"{WANTED[0].name} CNAME": ("elsewhere.test",)}
    page = Page(site.show())
    assert "5 of 6 records are found. Something below has to be mended." in page.text
    assert "We see: elsewhere.test" in page.text


def test_a_panel_that_adds_the_zone_is_given_targets_with_a_dot(site):
    name, value = WANTED[0].name, WANTED[0].value
    site.dns.records |= {**PUBLISHED, **KEYS, f"{name} CNAME": (f"{value}.{ZONE}",)}
    page = Page(site.show())
    assert f"{value}." in page.words
    assert "Targets end with a dot." in page.text


def test_there_is_one_text_to_enter_and_it_is_the_one_that_mends(site):
    broken = "v=DMARC1; p=none rua=mailto:a@hotel-sol.test"
    mended = "v=DMARC1; p=none; rua=mailto:a@hotel-sol.test"
    site.dns.records |= {
        **PUBLISHED,
        **KEYS,
        f"_dmarc.{ZONE} TXT": (broken,),
        f"bounce.{ZONE} TXT": ("v=spf1 mx ~all", "v=spf1 a -all"),
    }
    page = Page(site.show())
    assert "What to enter" not in page.text
    assert [mended in page.words, page.words.count(broken)] == [True, 1]
    assert "v=spf1 include:amazonses.com mx a ~all" in page.words


def test_a_record_that_stands_elsewhere_is_not_waited_for(site):
    site.dns.records |= {**PUBLISHED, **KEYS, f"_dmarc.{ZONE} TXT": ()}
    site.dns.records[f"_dmarc.{ZONE}.{ZONE} TXT"] = ("v=DMARC1; p=none",)
    page = Page(site.show())
    assert "Something below has to be mended." in page.text
    assert "waiting for DNS" not in page.text


def test_what_a_verified_sender_lost_is_missing_and_not_waited_for(site):
    site.dns.records |= {**PUBLISHED, **KEYS, f"bounce.{ZONE} MX": ()}
    verified = replace(SENDER, state=SenderState.VERIFIED)
    page = Page(site.show(verified))
    assert "5 of 6 records are found. Something below has to be mended." in page.text
    assert "missing" in page.words
    assert "72 h" not in page.text


def test_a_fault_that_all_records_suffer_is_told_once(site):
    site.dns.records |= dict.fromkeys(PUBLISHED, Fault.TIMEOUT)
    assert Page(site.show()).text.count("did not answer in time") == 1


def test_name_servers_that_do_not_agree_are_shown(site):
    site.dns.records |= {**PUBLISHED, **KEYS}
    site.dns.others = {"ns2": ("elsewhere.test",)}
    page = Page(site.show())
    assert "do not agree" in page.text
    assert "ns2: elsewhere.test" in page.words


def test_who_never_heard_of_a_record_is_told(site):
    assert "A record is a line in the Internet's address book" in Page(site.show()).text
    assert "Un registro es una línea" in Page(site.show(lang="es")).text


def test_silence_of_the_dns_is_nobodys_fault(site):
    site.dns.records |= dict.fromkeys(PUBLISHED, Fault.TIMEOUT)
    page = Page(site.show())
    assert "which proves nothing" in page.text
    assert "status bad" not in page.values("p", "class")


def test_the_page_speaks_the_readers_language_and_offers_the_other(site):
    spanish = site.show(accept_language="es-MX,es;q=0.9,en;q=0.5")
    page = Page(spanish)
    assert page.values("html", "lang") == ["es"] == [spanish["headers"]["content-language"]]
    assert "Encontrados 0 de 6 registros" in page.text
    assert "?lang=en" in page.values("a", "href")
    assert Page(site.show(lang="en", accept_language="es")).values("html", "lang") == ["en"]
    assert Page(site.show(lang="<b>", accept_language="es")).values("html", "lang") == ["es"]
    english = Page(site.show())
    assert not set(english.text.split(". ")) & set(page.text.split(". ")) - {""}


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("where", ["different", "dmarc", "spf", "change"])
def test_what_dns_holds_is_text_and_nothing_more(site, text, where):
    harmless = Page(site.show(_hostile(site, "harmless", where)))
    site.clock.now += timedelta(minutes=2)
    answer = site.show(_hostile(site, text, where))
    page = Page(answer)
    assert set(page.tags) <= set(harmless.tags) | {"div", "dl", "dt", "dd", "ul", "li", "code"}
    assert page.tags.count("script") == page.tags.count("h1") == 1
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert "49" not in page.text.replace("[U+", "")
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00\x1b]", answer["body"])
    assert len(answer["body"]) < 60_000
    if where in {"different", "change"} and text.isprintable():
        assert text[:10] in page.text


def _hostile(site, text, where):
    """The sender, after a text has got into its DNS."""
    site.dns.records = {**REGISTERED, **PUBLISHED, **KEYS}
    changes = (Change(at=NOW, record="_dmarc TXT", before=(text,), after=(text, "b")),)
    if where == "change":
        return replace(SENDER, watch=packed(Watch(since=NOW, changes=changes)))
    if where == "different":
        site.dns.records[f"{WANTED[0].name} CNAME"] = (text,)
    if where == "dmarc":
        site.dns.records[f"_dmarc.{ZONE} TXT"] = (f"v=DMARC1; p={text}; rua={text}",)
    if where == "spf":
        site.dns.records[f"{ZONE} TXT"] = (f"v=spf1 {text} include:{text} ~all",)
        site.dns.records[f"bounce.{ZONE} TXT"] = (text, f"v=spf1 {text}")
    return SENDER


def test_changes_since_yesterday_stand_with_before_and_after(site):
    def change(record, **ago):
        return Change(at=NOW - timedelta(**ago), record=record, before=("alt",), after=())

    watch = Watch(since=NOW, changes=(change("new CNAME", hours=1), change("old CNAME", days=3)))
    page = Page(site.show(replace(SENDER, watch=packed(watch))))
    assert "new CNAME This record is gone. Before alt After nothing" in page.text
    assert "old CNAME" not in page.text
    quiet = Page(site.show(replace(SENDER, watch=packed(Watch(since=NOW)))))
    assert "Nothing has changed." in quiet.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"tokens": ()}, "The records are being made."),
        ({"state": SenderState.FAILED}, "not found within three days"),
        ({"state": SenderState.HELD}, "from somebody else"),
    ],
)
def test_a_sender_without_records_says_why(site, changes, said):
    page = Page(site.show(replace(SENDER, **changes)))
    assert said in page.text
    assert "_domainkey" not in page.text


def test_a_domain_that_nobody_registered_is_said_to_be_missing(site):
    site.dns.records.clear()
    page = Page(site.show())
    assert "This domain does not exist in DNS." in page.text
    assert " of 0 " not in page.text


def test_links_that_open_nothing_are_all_alike(site):
    unknown = site.show(token="u" * 43)
    assert unknown["statusCode"] == 404
    expired = replace(SENDER, links=(replace(LINK, expires_at=NOW),))
    removing = replace(SENDER, state=SenderState.REMOVING)
    for sender in (expired, removing, replace(SENDER, links=())):
        assert site.show(sender) == unknown
    assert site.show(token="no token") == unknown
    assert site.asked == 0
    assert ZONE not in json.dumps(unknown)


def test_nobody_keeps_frames_finds_or_extends_a_page(site):
    for answer, status in ((site.show(), 200), (site.show(token="x"), 404)):
        headers = answer["headers"]
        assert answer["statusCode"] == status
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["vary"] == "accept-language"
        policy = dict(
            each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";")
        )
        assert policy == {
            **dict.fromkeys(
                ("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'"
            ),
            **dict.fromkeys(("style-src", "script-src"), "'self'"),
        }
        assert not re.search(r"<style|<script>| style=| on\w+=", answer["body"])


def test_the_page_names_neither_tenant_nor_link(site):
    answer = json.dumps(site.show())
    assert SENDER.tenant not in answer
    assert TENANT not in answer.replace(ZONE, "")
    assert TOKEN not in answer
    assert LINK.hash not in answer


def test_a_reader_who_reloads_asks_dns_once_a_minute(site):
    for _ in range(3):
        site.show()
    assert site.asked == 1
    site.clock.now += timedelta(seconds=61)
    site.show()
    assert site.asked == 2


def test_a_screen_reader_finds_its_way(site):
    page = Page(site.show())
    assert [page.tags.count(each) for each in ("h1", "main", "header", "footer")] == [1, 1, 1, 1]
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value for _, name, value in page.attributes if name == "aria-labelledby"} <= set(ids)
    assert set(page.values("button", "data-copy")) <= set(ids)
    assert len(page.values("button", "hidden")) == page.tags.count("button") > 0
    assert page.values("nav", "aria-label") == ["Language"]


def luminance(colour):
    """Of #rgb or #rrggbb (WCAG 2.2, relative luminance)."""
    digits = colour.lstrip("#")
    wide = digits if len(digits) == 6 else "".join(each * 2 for each in digits)
    parts = [int(wide[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_every_text_has_contrast_enough(site, scheme):
    style = site.module.handler({"pathParameters": {"name": "page.css"}}, None)["body"]
    colours = dict(
        re.findall(r"--(\w+): (#\w+)", re.findall(r":root \{(.*?)\}", style, re.S)[scheme])
    )
    for ground in ("paper", "card"):
        for ink in ("ink", "soft", "link", "good", "wait", "bad"):
            low, high = sorted(luminance(colours[each]) for each in (ground, ink))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


@pytest.mark.parametrize("name", ["page.css", "copy.js"])
def test_assets_come_from_the_same_function(site, name):
    answer = site.module.handler({"pathParameters": {"name": name}}, SimpleNamespace())
    assert answer["statusCode"] == 200
    assert f"assets/{name}" in site.show()["body"]
    assert "'none'" in answer["headers"]["content-security-policy"]


@pytest.mark.parametrize("name", ["../html.py", "page.html", "", "x" * 5000])
def test_no_other_file_is_given_out(site, name):
    event = {"pathParameters": {"name": name}, "headers": {}}
    if name:
        assert site.module.handler(event, SimpleNamespace())["statusCode"] == 404
