"""Whatever is the matter with a zone: who pastes the records that a check proposes is done."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bellhop.domain.authentication.check import Report, Sender, check
from bellhop.domain.authentication.codes import Action, Code, Weight
from bellhop.domain.authentication.dmarc import is_dmarc
from bellhop.domain.authentication.findings import Finding
from tests.unit.zones import ZONE, FakeDns, organisational

SES = "include:amazonses.com"
RETURN = f"bounce.{ZONE}"
HEALTHY = {
    f"{ZONE} SOA": ("ns1.panel.test",),
    f"{ZONE} A": ("192.0.2.1",),
    f"{ZONE} MX": ("10 mx.b.test",),
    f"{ZONE} TXT": ("v=spf1 mx ~all",),
    f"uno._domainkey.{ZONE} CNAME": ("uno.dkim.amazonses.com",),
    f"uno._domainkey.{ZONE} TXT": (f"v=DKIM1; p={'A' * 392}",),
    f"{RETURN} MX": ("10 feedback-smtp.eu-west-1.amazonses.com",),
    f"{RETURN} TXT": (f"v=spf1 {SES} ~all",),
    f"_dmarc.{ZONE} TXT": (f"v=DMARC1; p=none; rua=mailto:d@{ZONE}",),
    "amazonses.com TXT": ("v=spf1 ip4:192.0.2.9 -all",),
    "_spf.b.test TXT": ("v=spf1 ip4:192.0.2.8 -all",),
    "_spf.circle.test TXT": (f"v=spf1 include:{ZONE} -all",),
    "c.test._report._dmarc.c.test TXT": ("v=DMARC1",),
    f"{ZONE}._report._dmarc.c.test TXT": ("v=DMARC1",),
}
SENDER = Sender(
    domain=ZONE,
    region="eu-west-1",
    tokens=("uno",),
    mail_from=RETURN,
    reports_to="hotel@c.test",
)

TERMS = st.sampled_from(
    [
        *(SES, f"?{SES}", f"{SES};", f"{SES},", f"+{SES}", f"{SES}.{ZONE}", f"redirect={SES[8:]}"),
        *("include:_spf.b.test", "include: _spf.b.test", "inlcude:_spf.b.test", "include=b.test"),
        *("include:gone.test", "include:_spf.circle.test", f"include:{ZONE}", "a:gone.test"),
        *("mx", "a", "ptr", "ip4:192.0.2.1", "ip4:192.0.2.300", "ip6:2001:db8::/32", "a/33"),
        *(
            "exists:%{i}._spf.b.test",
            "exists:%{x}.b.test",
            "exp=why.b.test",
            "redirect=_spf.b.test",
        ),
        *(
            "-all",
            "~all",
            "?all",
            "+all",
            "- all",
            "\u2014all",
            "v=spf1",
            "…",
            "mx\u00a0a",
            "x" * 300,
        ),
    ]
)
SPF = st.builds(
    lambda version, terms: " ".join([version, *terms]),
    st.sampled_from(
        ["v=spf1", "v=spf1;", "v=spf1 ", " v=spf1", "V=SPF1", '"v=spf1', "spf1", "v:spf1"]
    ),
    st.lists(TERMS, max_size=7),
)
TAGS = st.sampled_from(
    [
        *("p=none", "p=reject", "P=Quarantine", "p=monitor", "p:none", "p=", "sp=none", "sp=block"),
        *("np=reject", "np=x", "pct=20", "ri=1", "rf=afrf", "psd=y", "psd=n", "t=y", "t=x", "fo=1"),
        *("adkim=s", "aspf=s", "aspf=relaxed", "v=DMARC1", "note", "made=up", ""),
        *(
            "rua=mailto:a@c.test",
            "rua=dmarc@c.test",
            "rua=mailto:hotel@c.test",
            "rua=https://c.test",
        ),
        *("rua=mailto:a@c.test!10m", "rua=mailto:b@c..test", "ruf=mailto:a@c.test;mailto:b@c.test"),
    ]
)
DMARC = st.builds(
    lambda version, mark, tags: f"{version}{mark}{mark.join(tags)}",
    st.sampled_from(["v=DMARC1", "v=dmarc1", "DMARC1", "V = DMARC1", " v=DMARC1", '"v=DMARC1']),
    st.sampled_from(["; ", ";", ", ", " ", " ; ", "\\; "]),
    st.lists(TAGS, max_size=6),
)
TARGETS = st.sampled_from(
    [
        *("uno.dkim.amazonses.com", f"uno.dkim.amazonses.com.{ZONE}", "dos.dkim.amazonses.com"),
        *("\\034uno.dkim.amazonses.com\\034", "uno.dkim.amazonses.com\\032", "\\\\", "\\999"),
    ]
)
HOSTS = st.sampled_from(
    [
        *("10 feedback-smtp.eu-west-1.amazonses.com", "0 feedback-smtp.us-east-1.amazonses.com"),
        *("10 10\\032feedback-smtp.eu-west-1.amazonses.com", "10 mx.b.test", "10 ."),
    ]
)


def several(texts: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(texts, max_size=2, unique=True).map(tuple)


@st.composite
def zones(draw: st.DrawFn) -> dict[str, tuple[str, ...]]:
    """A zone in which anything may be broken, or stand at another name."""
    changed = {
        f"{ZONE} TXT": several(st.one_of(SPF, DMARC)),
        f"{RETURN} TXT": several(SPF),
        f"{RETURN} MX": several(HOSTS),
        f"_dmarc.{ZONE} TXT": several(DMARC),
        f"uno._domainkey.{ZONE} CNAME": st.tuples(TARGETS),
    }
    elsewhere = {
        f"_dmarc.{ZONE}.{ZONE} TXT": several(DMARC),
        f"dmarc.{ZONE} TXT": several(DMARC),
        f"{RETURN}.{ZONE} TXT": several(SPF),
        f"{RETURN} SPF": several(SPF),
    }
    names = draw(st.lists(st.sampled_from([*changed, *elsewhere]), min_size=1, max_size=4))
    return HEALTHY | {name: draw({**changed, **elsewhere}[name]) for name in names}


def checked(zone: dict[str, tuple[str, ...]]) -> Report:
    return check(FakeDns(zone), SENDER, organisational)


def findings(report: Report) -> list[Finding]:
    return [finding for part in report.parts for finding in part.findings]


def kept(text: str, what: str) -> set[str]:
    return set(re.findall(what, text))


@settings(max_examples=400)
@given(zones())
def test_what_a_check_proposes_cures_what_it_found(zone):
    before = findings(checked(zone))
    cures: dict[str, set[str]] = {}
    for finding in before:
        if finding.cure and finding.action is not Action.AUTHORISE:
            cures.setdefault(f"{finding.cure.name} {finding.cure.type}", set()).add(
                finding.cure.value
            )
    assert all(len(values) == 1 for values in cures.values()), "proposals contradict each other"

    for key, (right,) in cures.items():
        texts = zone.get(key, ())
        if key.startswith("_dmarc.") and (len(texts) == 1 or all(map(is_dmarc, texts))):
            assert kept(" ".join(texts), r"\w+@c\.test") <= kept(right, r"\w+@c\.test")
        if key.endswith(" TXT") and len(texts) == 1:
            service = r"include:_spf\.b\.test(?= |$)"
            assert kept(texts[0], service) <= kept(right, service)

    after = findings(checked(zone | {key: tuple(values) for key, values in cures.items()}))
    cured = {f.code for f in before if f.cure and f.action is not Action.AUTHORISE}
    assert not cured & {finding.code for finding in after}
    unmendable = {f.code for f in before if not f.cure} | {Code.SPF_LOOKUPS}
    left = {f.code for f in after if f.weight in {Weight.BREAKS, Weight.MISSING}}
    assert left <= unmendable


@given(zones())
def test_the_record_that_is_shown_is_the_one_to_paste(zone):
    for part in checked(zone).parts:
        for sought in part.sought:
            cures = [each.cure for each in sought.findings if each.cure]
            own = {each.value for each in cures if each.name == sought.record.name}
            assert own <= {sought.record.value}
