"""The text of a DMARC record, as RFC 7489 and its successor RFC 9989 read it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bellhop.domain.authentication.tags import Tag, parse_tags, written
from bellhop.domain.authentication.texts import cleaned

POLICIES = ("none", "quarantine", "reject")
"""From the mildest to the strictest."""
REMOVED = frozenset({"pct", "rf", "ri"})
"""Tags of RFC 7489 that RFC 9989 took away; its readers ignore them."""
REPORTS = frozenset({"rua", "ruf"})
VALUES = {
    "adkim": re.compile("[rs]", re.I),
    "aspf": re.compile("[rs]", re.I),
    "fo": re.compile("[01ds](:[01ds])*", re.I),
    "psd": re.compile("[nuy]", re.I),
    "t": re.compile("[ny]", re.I),
}
KNOWN = frozenset({"v", "p", "sp", "np", *REPORTS, *VALUES, *REMOVED})

_VERSION = re.compile(r"v\s*=\s*DMARC1\s*(?:;|$)")
_ALMOST = re.compile(r"(?:v\s*[=:]?\s*)?dmarc\s*\d?\b", re.I)
_ANYWHERE = re.compile(r"\bv\s*=\s*dmarc\s*1\b", re.I)
MOST_MENDED = 4_000
"""Characters of a text that is worth repairing; a record that works has a tenth."""
_LOST_COMMA = re.compile(r"\s*;\s*(?=mailto:)", re.I)
_LOST_SEMICOLON = re.compile(
    rf"[\s,]+(?=(?:{'|'.join(sorted(KNOWN, key=len, reverse=True))})\s*=)", re.I
)
_LOST_EQUALS = re.compile(r"(?<=\bp):(?=\s*(?:none|quarantine|reject)\b)", re.I)
_ADDRESS = re.compile(
    r"mailto:[^\s@,!]+@(?P<domain>(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{1,63})"
    r"(?P<size>!\d+[kmgt]?)?",
    re.I,
)


def is_dmarc(text: str) -> bool:
    """Whether receivers take a TXT record for DMARC: its first tag, its value in capitals."""
    return _VERSION.match(text) is not None


def resembles(text: str) -> bool:
    """Whether people would take it for DMARC."""
    plain = cleaned(text[:MOST_MENDED])
    return _ALMOST.match(plain) is not None or _ANYWHERE.search(plain) is not None


def repaired(text: str) -> str:
    """What was meant by a text that only resembles DMARC, or that lost its semicolons."""
    plain = _LOST_COMMA.sub(",", cleaned(text[:MOST_MENDED]))
    rest = _ANYWHERE.sub("; ", plain).lstrip(" ;,")
    if almost := _ALMOST.match(rest):
        rest = rest[almost.end() :].lstrip("0123456789 .:;,")
    spaced = _LOST_SEMICOLON.sub("; ", _LOST_EQUALS.sub("=", rest))
    tags = tuple(tag for tag in parse_tags(spaced) if tag.valid and tag.name.isidentifier())
    return mended((Tag("v", "DMARC1"), *tags))


def mended(tags: Sequence[Tag]) -> str:
    """The record as readers of both RFCs take it: `v`, then `p`, then all the rest that is valid.

    A policy that nobody knows becomes `none`, the one that changes nothing. Of a tag that stands
    there twice the first counts, of a policy the mildest, and of places for reports all.
    """
    kept: dict[str, str] = {}
    policies = [tag.value.lower() for tag in tags if tag.valid and tag.name == "p"]
    for tag in tags:
        if not tag.valid or tag.name in {"v", "p", ""}:
            continue
        if tag.name in REPORTS:
            kept[tag.name] = _addressed(f"{kept.get(tag.name, '')},{tag.value}")
        else:
            kept.setdefault(tag.name, tag.value)
    known = [policy for policy in policies if policy in POLICIES]
    mildest = min(known, key=POLICIES.index) if known and known == policies else "none"
    head = (Tag("v", "DMARC1"), Tag("p", mildest))
    return written(
        (*head, *(Tag(name, value) for name, value in kept.items() if _fits(name, value)))
    )


def _addressed(value: str) -> str:
    """The places that are mailboxes, each once, with the scheme that an address needs."""
    bare = re.compile(r"[^\s:@,]+@[^\s:@,]+")
    places = ("".join(each.split()) for each in value.split(","))
    schemed = [f"mailto:{each}" if bare.fullmatch(each) else each for each in places]
    return ",".join(dict.fromkeys(each for each in schemed if _ADDRESS.fullmatch(each)))


def _fits(name: str, value: str) -> bool:
    if name in {"sp", "np"}:
        return value.lower() in POLICIES
    if name in REPORTS:
        return bool(value)
    return VALUES[name].fullmatch(value) is not None if name in VALUES else True


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One place for reports; `domain` is empty where it is no mailbox."""

    text: str
    domain: str
    has_size: bool = False


def destinations(value: str) -> Iterator[Destination]:
    """The places that a `rua` or `ruf` names."""
    for each in filter(None, (part.strip() for part in value.split(","))):
        match = _ADDRESS.fullmatch(each)
        domain = match["domain"].lower() if match else ""
        yield Destination(text=each, domain=domain, has_size=bool(match and match["size"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcRecord:
    """A record that receivers take for DMARC."""

    text: str
    tags: tuple[Tag, ...]

    def value(self, name: str) -> str | None:
        """The value of a tag in lower case, or ``None``."""
        return next((tag.value.lower() for tag in self.tags if tag.name == name), None)

    @property
    def report_destinations(self) -> tuple[Destination, ...]:
        """All places that reports are asked to go to."""
        texts = [tag.value for tag in self.tags if tag.name in REPORTS]
        return tuple(each for text in texts for each in destinations(text))

    def policy_for(self, *, subdomain: bool = False, exists: bool = True) -> str:
        """What is asked for mail that fails: RFC 9989, section 4.7, lowered one step by `t=y`.

        `none` where the record names none that is known.
        """
        names = ["p"] if not subdomain else ["sp", "p"] if exists else ["np", "sp", "p"]
        asked = next((self.value(name) for name in names if self.value(name)), "none")
        place = POLICIES.index(asked) if asked in POLICIES else 0
        return POLICIES[max(place - 1, 0)] if self.value("t") == "y" else POLICIES[place]


def parse(text: str) -> DmarcRecord:
    """The tags of a text for which `is_dmarc` holds."""
    return DmarcRecord(text=text, tags=parse_tags(text))


def merged(records: Iterable[DmarcRecord]) -> str:
    """One record of several: the mildest policy, so that nothing is lost, and all reports."""
    several = tuple(records)
    policy = min((r.policy_for() for r in several), key=POLICIES.index)
    reports = {
        name: ",".join(
            dict.fromkeys(
                d.text
                for r in several
                for t in r.tags
                if t.name == name
                for d in destinations(t.value)
            )
        )
        for name in ("rua", "ruf")
    }
    rest = (tag for r in several for tag in r.tags if tag.name not in {"p", "rua", "ruf"})
    found = (Tag(name, value) for name, value in reports.items() if value)
    return mended((Tag("p", policy), *rest, *found))


def extended(text: str, address: str) -> str:
    """A record that is in order, with one more place for reports if it is not there already."""
    tags = parse_tags(text)
    ours = f"mailto:{address}"
    places = [tag.value for tag in tags if tag.name == "rua"]
    if any(each.text.lower() == ours for value in places for each in destinations(value)):
        return text
    if not places:
        return written((*tags, Tag("rua", ours)))
    return written(tuple(Tag(t.name, f"{t.value},{ours}") if t.name == "rua" else t for t in tags))
