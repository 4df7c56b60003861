"""DMARC (RFC 7489): the record of a From domain, and whether what passed is aligned with it.

Written here because authheaders 0.16.3 cuts a domain at its first hyphen (`hotel-sol.test` becomes
`hotel`), takes `test` for an organizational domain and applies `sp` to a domain's own record.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from publicsuffixlist import PublicSuffixList


@dataclass(frozen=True, slots=True, kw_only=True)
class DmarcResult:
    """result: pass, fail, none or permerror; policy: what the record asks for, "" without one."""

    result: str
    policy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    tags: Mapping[str, str] = field(default_factory=dict)
    of_parent: bool = False

    @property
    def policy(self) -> str:
        own = self.tags.get("p", "")
        return self.tags.get("sp", own) if self.of_parent else own


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def organizational_domain(domain: str) -> str:
    """The domain one label below its public suffix (RFC 7489, 3.2); a suffix is its own."""
    return _public_suffixes().privatesuffix(domain.lower()) or domain.lower()


def evaluate(
    from_domain: str,
    *,
    spf_domain: str,
    dkim_domains: Collection[str],
    txt_records: Callable[[str], list[bytes]],
) -> DmarcResult:
    """Judge a message.

    spf_domain: that of the envelope's sender if SPF passed, else "".
    dkim_domains: the d= of the signatures that passed.
    """
    record = _find_record(from_domain, txt_records)
    if not record.tags:
        return DmarcResult(result="none")
    if record.policy not in ("none", "quarantine", "reject"):
        return DmarcResult(result="permerror")
    spf_aligned = spf_domain and _is_aligned(from_domain, spf_domain, record.tags.get("aspf", "r"))
    dkim_mode = record.tags.get("adkim", "r")
    dkim_aligned = any(_is_aligned(from_domain, each, dkim_mode) for each in dkim_domains)
    result = "pass" if spf_aligned or dkim_aligned else "fail"
    return DmarcResult(result=result, policy=record.policy)


def is_aligned(from_domain: str, domain: str) -> bool:
    """Relaxed alignment (RFC 7489, 3.1): both have the same organizational domain."""
    return _is_aligned(from_domain, domain, "r")


def _is_aligned(from_domain: str, domain: str, mode: str) -> bool:
    if mode == "s":
        return from_domain.lower() == domain.lower()
    return organizational_domain(from_domain) == organizational_domain(domain)


def _find_record(from_domain: str, txt_records: Callable[[str], list[bytes]]) -> _Record:
    """RFC 7489, 6.6.3: the domain's own record, else that of its organizational domain."""
    parent = organizational_domain(from_domain)
    if tags := _tags(txt_records(f"_dmarc.{from_domain}")):
        return _Record(tags=tags)
    if parent != from_domain and (tags := _tags(txt_records(f"_dmarc.{parent}"))):
        return _Record(tags=tags, of_parent=True)
    return _Record()


def _tags(records: list[bytes]) -> dict[str, str]:
    """The tags of the only DMARC record; none when there is no record, or more than one."""
    texts = [each.decode(errors="replace") for each in records if each.startswith(b"v=DMARC1")]
    if len(texts) != 1:
        return {}
    pairs = (part.partition("=") for part in texts[0].split(";") if part.strip())
    return {name.strip().lower(): value.strip().lower() for name, _, value in pairs}
