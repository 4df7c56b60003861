"""Which DMARC record counts for a domain, and what its organisation is.

RFC 7489 looks at the domain, then at its organisational domain by the Public Suffix List. RFC 9989
walks up the tree of names, and takes the organisation from the records themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.dmarc import DmarcRecord, is_dmarc, parse

MOST_QUERIES = 8
"""Queries of one walk (RFC 9989, section 4.10): a longer name skips labels after the first."""

OrganisationalDomain = Callable[[str], str]
"""The domain one label below the public suffix, by the Public Suffix List."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One name on the way up."""

    domain: str
    answer: Answer
    record: DmarcRecord | None
    """The only record there; several count as none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What each of the two RFCs finds; ``None`` where there is no record."""

    walk: tuple[Level, ...]
    organisation: str
    """By RFC 9989."""
    level: Level | None
    """Of the record that counts by RFC 9989."""
    older_organisation: str
    older_level: Level | None


def discover(dns: Dns, domain: str, organisational_domain: OrganisationalDomain) -> Discovery:
    """Asks at each name on the way up, and reads the result as both RFCs do."""
    walk = _walk(dns, domain)
    organisation = _organisation(domain, walk)
    older = organisational_domain(domain)
    return Discovery(
        walk=walk,
        organisation=organisation,
        level=_level(walk, domain) or _level(walk, organisation) or _public_suffix(walk),
        older_organisation=older,
        older_level=_level(walk, domain) or _level_at(dns, walk, older),
    )


def _walk(dns: Dns, domain: str) -> tuple[Level, ...]:
    levels: list[Level] = []
    for name in _names(domain):
        level = _look(dns, name)
        levels.append(level)
        if level.record and level.record.value("psd") in {"y", "n"}:
            break
    return tuple(levels)


def _names(domain: str) -> list[str]:
    labels = domain.split(".")
    shorter = labels[-(MOST_QUERIES - 1) :] if len(labels) > MOST_QUERIES else labels[1:]
    return [domain, *(".".join(shorter[start:]) for start in range(len(shorter)))]


def _look(dns: Dns, name: str) -> Level:
    answer = dns.ask(f"_dmarc.{name}", RecordType.TXT)
    texts = [text for text in answer.values if is_dmarc(text)]
    return Level(domain=name, answer=answer, record=parse(texts[0]) if len(texts) == 1 else None)


def _organisation(domain: str, walk: tuple[Level, ...]) -> str:
    """RFC 9989, section 4.10.2."""
    found = [level for level in walk if level.record]
    for level in found:
        psd = level.record.value("psd") if level.record else None
        if psd == "n":
            return level.domain
        if psd == "y" and level.domain != domain:
            below = len(level.domain.split(".")) + 1
            return ".".join(domain.split(".")[-below:])
    return found[-1].domain if found else domain


def _level(walk: tuple[Level, ...], domain: str) -> Level | None:
    return next((each for each in walk if each.domain == domain and each.record), None)


def _public_suffix(walk: tuple[Level, ...]) -> Level | None:
    return next((each for each in walk if each.record and each.record.value("psd") == "y"), None)


def _level_at(dns: Dns, walk: tuple[Level, ...], domain: str) -> Level | None:
    """A walk that ended early, or that skipped the name, has not asked there."""
    asked = next((each for each in walk if each.domain == domain), None) or _look(dns, domain)
    return asked if asked.record else None
