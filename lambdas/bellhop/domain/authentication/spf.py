"""The text of an SPF record (RFC 7208): its terms, which are valid, and how a record is written."""

import ipaddress
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bellhop.domain.authentication.texts import cleaned

VERSION = "v=spf1"
MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
LOOKING_UP = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that count towards the ten look-ups (section 4.6.4)."""

_TERM = re.compile(
    r"(?P<qualifier>[-+~?]?)(?P<name>[A-Za-z][A-Za-z0-9_.-]*)"
    r"(?:(?P<mark>[:=])(?P<value>[^\s/]*))?(?P<prefix>(?:/[\d/]*)?)"
)
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*\.?")
_PREFIX = re.compile(
    r"(?:/(?:3[0-2]|[12]?\d))?(?://(?:12[0-8]|1[01]\d|[1-9]?\d))?"  # section 5.6
)
_LONGEST_DOMAIN = 253
_MACRO = re.compile(r"%(?:\{[slodiphv]\d*r?[-.+,/_=]*\}|[%_-])", re.I)  # section 7.1

MOST_MENDED = 4_000
"""Characters of a text that is worth repairing; a record that works has a tenth."""
_LONGEST_SLIP = 12
_BEGINNING = re.compile(r"(?:v\s*[=:]?\s*)?spf\s*\d?(?!\d*\.\d)[\s;,:.]*", re.I)
_ALMOST = re.compile(
    r"v\s*[=:]?\s*spf|spf1?[\s;,:]|[-+~?]?(?:include|ip4|ip6|mx|a)\b.*\s[-+~?]all$", re.I
)
_NAMES = "|".join(sorted((*MECHANISMS, "redirect"), key=len, reverse=True))
_LOST = (
    (re.compile("[\u2010-\u2015\u2212]"), "-"),  # dashes of word processors
    (re.compile("[\u02dc\u223c\uff5e]"), "~"),
    (re.compile(r"\bhttps?://|\bv\s*=\s*spf1\b", re.I), " "),
    (re.compile(rf"[;,]+(?=\s|$|[-+~?]?(?:{_NAMES})\b)", re.I), " "),
    (re.compile(rf"(?<=\s)([-+~?]) (?=(?:{_NAMES})\b)", re.I), r"\1"),
    (re.compile(rf"\b({_NAMES})([:=]) ", re.I), r"\1\2"),
)
"""What people and panels put between the terms, and what they meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One mechanism or modifier; `text` as it stands in the record."""

    text: str
    qualifier: str = ""
    name: str = ""
    value: str = ""
    valid: bool = True

    @property
    def has_macro(self) -> bool:
        """Whether its domain depends on the email that is judged (section 7)."""
        return "%" in self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A record that begins as SPF does."""

    text: str
    terms: tuple[Term, ...]

    @property
    def all(self) -> Term | None:
        """The first `all`; what stands behind it is never read (section 5.1)."""
        return next((term for term in self.terms if term.name == "all" and term.valid), None)

    @property
    def redirect(self) -> Term | None:
        """The `redirect`, which counts only where there is no `all` (section 6.1)."""
        return next((term for term in self.terms if term.name == "redirect"), None)

    @property
    def invalid(self) -> tuple[Term, ...]:
        """Terms for which receivers give up the whole record (sections 4.6 and 6)."""
        seen = Counter[str]()
        for term in self.terms:
            seen[term.name] += 1
        once = {name for name in ("redirect", "exp") if seen[name] > 1}
        return tuple(term for term in self.terms if not term.valid or term.name in once)

    @property
    def unread(self) -> tuple[Term, ...]:
        """Terms that `all` keeps from being read: those behind it, and any `redirect`."""
        if self.all is None:
            return ()
        end = self.terms.index(self.all)
        return tuple(
            term
            for place, term in enumerate(self.terms)
            if term.name == "redirect" or (place > end and term.name in MECHANISMS)
        )

    @property
    def read(self) -> tuple[Term, ...]:
        """The terms that a receiver can come to."""
        if self.all is None:
            return self.terms
        before = self.terms[: self.terms.index(self.all) + 1]
        return tuple(term for term in before if term.name != "redirect")


def is_spf(text: str) -> bool:
    """Whether receivers take a TXT record for SPF (section 4.5)."""
    return text.lower() == VERSION or text.lower().startswith(f"{VERSION} ")


def parse(text: str) -> SpfRecord:
    """The terms of a text for which `is_spf` holds; nothing but spaces parts them."""
    return SpfRecord(text=text, terms=tuple(_term(each) for each in text.split(" ")[1:] if each))


def resembles(text: str) -> bool:
    """Whether people would take a text for SPF; Sender ID's `spf2.0` is something else."""
    plain = cleaned(text[:MOST_MENDED])
    return _ALMOST.match(plain) is not None and not plain.lower().startswith("spf2.0")


def understood(text: str) -> tuple[SpfRecord, tuple[Term, ...]]:
    """The record that somebody meant by a text, and the terms that nobody can make out."""
    plain = _BEGINNING.sub("", cleaned(text[:MOST_MENDED]), count=1)
    for found, instead in _LOST:
        plain = found.sub(instead, f" {plain}").strip()
    record = parse(f"{VERSION} {plain}")
    guesses = [(term, term if term.valid else meant(term)) for term in record.terms]
    terms = tuple(guess for _, guess in guesses if guess)
    unknown = tuple(term for term, guess in guesses if guess is None)
    return SpfRecord(text=record.text, terms=terms), unknown


def meant(term: Term) -> Term | None:
    """What somebody meant by a term that is not valid; ``None`` where that can't be told."""
    text = term.text.rstrip("/,;:")
    qualifier = text[:1] if text[:1] in "+-~?" else ""
    name, mark, value = text.removeprefix(qualifier).replace("=", ":", 1).partition(":")
    slip = name.lower() if len(name) <= _LONGEST_SLIP else ""
    likely = get_close_matches(slip, (*MECHANISMS, "redirect"), n=1, cutoff=0.7)
    mark = "=" if mark and likely == ["redirect"] else mark
    guesses = [f"{qualifier}{likely[0]}{mark}{value}"] if likely else [f"ip4:{text}", f"ip6:{text}"]
    return next((guess for guess in map(_term, guesses) if guess.valid), None)


def _term(text: str) -> Term:
    match = _TERM.fullmatch(text)
    if not match:
        return Term(text=text, valid=False)
    name, value = match["name"].lower(), match["value"] or ""
    modifier = match["mark"] == "=" and not match["qualifier"]
    valid = _is_valid_modifier(name, value) if modifier else _is_valid_mechanism(match)
    if not modifier and name in {"ip4", "ip6"}:
        value += match["prefix"]
    return Term(text=text, qualifier=match["qualifier"], name=name, value=value, valid=valid)


def _is_valid_modifier(name: str, value: str) -> bool:
    """Unknown modifiers are ignored (section 6)."""
    if name in {"redirect", "exp"}:
        return _is_domain(value)
    return name not in MECHANISMS


def _is_valid_mechanism(match: re.Match[str]) -> bool:
    name, value, prefix = match["name"].lower(), match["value"] or "", match["prefix"]
    if name not in MECHANISMS or match["mark"] == "=":
        return False
    if name in {"ip4", "ip6"}:
        return _is_network(name, value + prefix)
    if name == "all":
        return match["mark"] is None and not prefix
    if name in {"a", "mx"}:
        return bool(_PREFIX.fullmatch(prefix)) and (match["mark"] is None or _is_domain(value))
    if name == "ptr":
        return not prefix and (match["mark"] is None or _is_domain(value))
    return not prefix and _is_domain(value)


def _is_domain(value: str) -> bool:
    """A macro may stand anywhere, and need not end in the name of a top-level domain."""
    if len(value) > _LONGEST_DOMAIN:
        return False
    plain = _MACRO.sub("x", value)
    return bool(_DOMAIN.fullmatch(plain)) or (
        plain != value and re.fullmatch(r"[\w.-]+", plain) is not None
    )


def _is_network(name: str, value: str) -> bool:
    if "%" in value:  # an interface's zone (RFC 4007), which a receiver has no use for
        return False
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.version == int(name[-1])


def written(terms: Iterable[Term], *, last: str = "~all") -> str:
    """A record of these terms, each once, `all` at the end.

    last: the `all` for a record without one; a redirect stands in its place.
    """
    kept: dict[str, str] = {}
    for term in terms:
        if term.name not in {"all", "redirect", "v"}:
            text = term.text.lstrip("+")
            kept.setdefault(term.name if term.name == "exp" else text, text)
    return " ".join([VERSION, *kept.values(), last])


def included(term: Term) -> Term:
    """A `redirect` as the `include` of the same name, for a record where it cannot be the end."""
    if term.name != "redirect":
        return term
    return Term(text=f"include:{term.value}", name="include", value=term.value)


def merged(records: Iterable[SpfRecord]) -> str:
    """One record that permits whatever one of several permitted.

    A `redirect` is an `include` of the same name, now that something stands beside it.
    """
    several = tuple(records)
    terms = [term for record in several for term in record.terms if term.valid]
    strict = all(record.all and record.all.qualifier == "-" for record in several)
    return written(map(included, terms), last="-all" if strict else "~all")
