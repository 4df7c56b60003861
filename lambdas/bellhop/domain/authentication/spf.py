"""The text of an SPF record (RFC 7208): its terms, which are valid, and how a record is written."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

VERSION = "v=spf1"
MECHANISMS = frozenset({"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"})
LOOKING_UP = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that count towards the ten look-ups (section 4.6.4)."""

_TERM = re.compile(
    r"(?P<qualifier>[-+~?]?)(?P<name>[A-Za-z][A-Za-z0-9_.-]*)"
    r"(?:(?P<mark>[:=])(?P<value>[^\s/]*))?(?P<prefix>(?:/[\d/]*)?)"
)
_DOMAIN = re.compile(r"(?:[A-Za-z0-9_-]+\.)+[A-Za-z0-9-]*[A-Za-z][A-Za-z0-9-]*\.?")
_PREFIX = re.compile(r"(?:/\d{1,3})?(?://\d{1,3})?")


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
        return next((term for term in self.terms if term.name == "all"), None)

    @property
    def redirect(self) -> Term | None:
        """The `redirect`, which counts only where there is no `all` (section 6.1)."""
        return next((term for term in self.terms if term.name == "redirect"), None)

    @property
    def invalid(self) -> tuple[Term, ...]:
        """Terms for which receivers give up the whole record (section 4.6)."""
        return tuple(term for term in self.terms if not term.valid)

    @property
    def unread(self) -> tuple[Term, ...]:
        """Terms behind `all`; modifiers other than `redirect` count wherever they stand."""
        if self.all is None:
            return ()
        behind = self.terms[self.terms.index(self.all) + 1 :]
        return tuple(term for term in behind if term.name in {*MECHANISMS, "redirect"})

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
    """The terms of a text for which `is_spf` holds."""
    return SpfRecord(text=text, terms=tuple(_term(each) for each in text.split()[1:]))


def meant(term: Term) -> Term | None:
    """What somebody meant by a term that is not valid; ``None`` where that can't be told."""
    name, mark, value = term.text.replace("=", ":", 1).partition(":")
    likely = get_close_matches(name.lstrip("+-~?").lower(), MECHANISMS, n=1, cutoff=0.7)
    guesses = [f"{likely[0]}{mark}{value}"] if likely else [f"ip4:{term.text}", f"ip6:{term.text}"]
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
    return "%" in value or bool(_DOMAIN.fullmatch(value))


def _is_network(name: str, value: str) -> bool:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return network.version == int(name[-1])


def written(terms: Iterable[Term], *, last: str = "~all") -> str:
    """A record of these terms, each once, `all` at the end.

    last: the `all` for a record without one; a redirect stands in its place.
    """
    kept = dict.fromkeys(
        term.text.lstrip("+") for term in terms if term.name not in {"all", "redirect"}
    )
    return " ".join([VERSION, *kept, last])


def merged(records: Iterable[SpfRecord]) -> str:
    """One record that permits whatever one of several permitted.

    A `redirect` is an `include` of the same name, now that something stands beside it.
    """
    several = tuple(records)
    terms = [term for record in several for term in record.terms if term.valid]
    included = [
        Term(text=f"include:{term.value}", name="include", value=term.value)
        if term.name == "redirect"
        else term
        for term in terms
        if term.name != "ptr"
    ]
    strict = all(record.all and record.all.qualifier == "-" for record in several)
    return written(included, last="-all" if strict else "~all")
