"""The text of a DMARC record, as RFC 7489 and its successor RFC 9989 read it."""

import re
from collections.abc import Iterable, Iterator
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
_ALMOST = re.compile(r"(?:v\s*[=:]?\s*)?dmarc\s*1?\b", re.I)
_LOST_SEMICOLON = re.compile(rf"[\s,]+(?=(?:{'|'.join(sorted(KNOWN, key=len, reverse=True))})\s*=)")
_ADDRESS = re.compile(
    r"mailto:[^\s@,!]+@(?P<domain>[A-Za-z0-9.-]+\.[A-Za-z0-9-]+)(?P<size>![\d]+[kmgt]?)?", re.I
)


def is_dmarc(text: str) -> bool:
    """Whether receivers take a TXT record for DMARC: its first tag, its value in capitals."""
    return _VERSION.match(text) is not None


def resembles(text: str) -> bool:
    """Whether people would take it for DMARC."""
    return _ALMOST.match(cleaned(text)) is not None


def repaired(text: str) -> str:
    """What was meant by a text that only resembles DMARC, or that lost its semicolons."""
    rest = _ALMOST.sub("", cleaned(text), count=1).lstrip("0123456789 ;,")
    tags = tuple(tag for tag in parse_tags(_LOST_SEMICOLON.sub("; ", rest)) if tag.valid)
    return mended((Tag("v", "DMARC1"), *tags))


def mended(tags: Iterable[Tag]) -> str:
    """The record as readers of both RFCs take it: `v`, then `p`, then what still means something.

    A policy that nobody knows becomes `none`, the one that changes nothing.
    """
    kept: dict[str, str] = {}
    for tag in tags:
        if tag.valid and tag.name in KNOWN - REMOVED - {"v"} and tag.name not in kept:
            kept[tag.name] = _addressed(tag.value) if tag.name in REPORTS else tag.value
    policy = kept.pop("p", "none").lower()
    head = (Tag("v", "DMARC1"), Tag("p", policy if policy in POLICIES else "none"))
    return written(
        (*head, *(Tag(name, value) for name, value in kept.items() if _fits(name, value)))
    )


def _addressed(value: str) -> str:
    """The places with the scheme that an address needs."""
    bare = re.compile(r"[^\s:@,]+@[^\s:@,]+")
    places = (each.strip() for each in value.split(","))
    return ",".join(f"mailto:{each}" if bare.fullmatch(each) else each for each in places)


def _fits(name: str, value: str) -> bool:
    if name in {"sp", "np"}:
        return value.lower() in POLICIES
    if name in REPORTS:
        return any(destination.domain for destination in destinations(value))
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


def extended(record: DmarcRecord, address: str) -> str:
    """The record with one more place for reports, everything else as it is."""
    ours = f"mailto:{address}"
    if record.value("rua") is None:
        return f"{record.text.rstrip().rstrip(';')}; rua={ours}"
    tags = tuple(
        Tag(tag.name, f"{tag.value},{ours}") if tag.name == "rua" else tag for tag in record.tags
    )
    return written(tags)
