"""Diagnoses the SPF record of a name, and writes the record that would be right (RFC 7208)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import CODES, Action, Code
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.presence import misplaced
from bellhop.domain.authentication.spf import SpfRecord, is_spf, meant, merged, parse, written
from bellhop.domain.authentication.spf_tree import (
    MOST_LOOKUPS,
    MOST_VOID_LOOKUPS,
    Branch,
    Tree,
    grow,
)
from bellhop.domain.authentication.texts import blemish, cleaned, respaced
from bellhop.domain.authentication.vendors import vendor_of

SES_INCLUDE = "amazonses.com"
LARGE = 450
"""Octets of a name's TXT records together that still fit into every UDP answer (section 3.4)."""

_DEADLY = frozenset({Code.SPF_INCLUDE_BROKEN, Code.SPF_LOOP, Code.SPF_MANY_MX})


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfReport:
    """What was found at one name.

    Attributes:
        record: the text that receivers read; empty where there is none, or several.
        tree: what it makes them look up; ``None`` without a record.
    """

    name: str
    record: str = ""
    tree: Tree | None = None
    findings: tuple[Finding, ...] = ()


def check_spf(dns: Dns, name: str, absent: str | None = None) -> SpfReport:
    """Reads a name's SPF record and all that it includes.

    absent: the record that ought to stand there; ``None`` where none is needed.
    """
    answer = dns.ask(name, RecordType.TXT)
    if not answer.proves:
        return SpfReport(name=name, findings=(unanswered(answer),))
    texts = [text for text in answer.values if is_spf(text)]
    if not texts:
        return SpfReport(name=name, findings=(_none(dns, answer, absent),))
    if len(texts) > 1:
        cure = _record(name, merged(map(parse, texts)))
        finding = _finding(answer, Code.SPF_MULTIPLE, cure, tuple(texts))
        return SpfReport(name=name, findings=(finding,))
    return _Diagnosis(dns, answer, texts[0]).report()


def _none(dns: Dns, answer: Answer, absent: str | None) -> Finding:
    """Why there is no SPF: a text that only people take for it, another place, or simply none."""
    for text in answer.values:
        code = blemish(text)
        if code and is_spf(cleaned(text)):
            return _finding(answer, code, _record(answer.name, cleaned(text)), (text,))
    obsolete = dns.ask(answer.name, RecordType.SPF)
    if obsolete.values:
        cure = _record(answer.name, cleaned(obsolete.values[0]))
        return _finding(answer, Code.SPF_TYPE_99, cure, obsolete.values)
    wanted = _record(answer.name, absent or "")
    doubled = misplaced(dns, wanted, answer)
    if doubled and any(map(is_spf, doubled.seen)):
        return doubled if absent else _moved(answer, doubled.name, doubled.seen)
    if absent:
        return _finding(answer, Code.RECORD_MISSING, wanted, ())
    www = dns.ask(f"www.{answer.name}", RecordType.TXT)
    if any(map(is_spf, www.values)) and not www.aliases:
        return _moved(answer, www.name, www.values)
    return _finding(answer, Code.SPF_NONE, None, ())


def _moved(answer: Answer, found_at: str, texts: tuple[str, ...]) -> Finding:
    text = next(text for text in texts if is_spf(text))
    return Finding(
        code=Code.SPF_WRONG_PLACE,
        name=found_at,
        seen=(text,),
        cure=_record(answer.name, text),
        values={"record": answer.name},
        authoritative=answer.authoritative,
    )


def _record(name: str, text: str) -> Record:
    return Record(name=name, type=RecordType.TXT, value=text)


def _finding(
    answer: Answer, code: Code, cure: Record | None, seen: tuple[str, ...], **values: str
) -> Finding:
    return Finding(
        code=code,
        name=answer.name,
        seen=seen,
        cure=cure,
        values=values,
        authoritative=answer.authoritative,
    )


class _Diagnosis:
    """Of the one record of a name."""

    def __init__(self, dns: Dns, answer: Answer, text: str) -> None:
        self._dns, self._answer, self._text = dns, answer, text
        self._record = parse(text)
        self._tree = grow(dns, answer.name, self._record)

    def report(self) -> SpfReport:
        strings = self._answer.strings[self._answer.values.index(self._text)]
        if split := self._split(strings):
            findings: tuple[Finding, ...] = (split,)
        else:
            findings = tuple(found for rule in _RULES for found in rule(self))
        return SpfReport(
            name=self._answer.name, record=self._text, tree=self._tree, findings=findings
        )

    def _split(self, strings: tuple[str, ...]) -> Finding | None:
        """Strings cut at a space, whose join runs two terms into one."""
        meant = respaced(strings)
        if len(strings) < 2 or meant == self._text or not self._is_worse_than(parse(meant)):
            return None
        cure = _record(self._answer.name, meant)
        return _finding(self._answer, Code.TXT_SPLIT, cure, strings)

    def _is_worse_than(self, other: SpfRecord) -> bool:
        own, others = len(self._record.terms), len(other.terms)
        return len(other.invalid) <= len(self._record.invalid) and others > own

    def found(self, code: Code, **values: str) -> Finding:
        """A finding whose cure is the record with everything mended."""
        text = self._mended()
        needed = CODES[code].action is not Action.NOTHING and text != self._text
        cure = _record(self._answer.name, text) if needed else None
        return _finding(self._answer, code, cure, (self._text,), **values)

    def found_elsewhere(self, code: Code, **values: str) -> Finding:
        """One that rests on records of others, which resolvers told of: that proves nothing."""
        return replace(self.found(code, **values), authoritative=False)

    def _mended(self) -> str:
        """The record without what is broken or deprecated, its end at the end."""
        broken = {id(b.term) for b in self._tree.branches if _troubles(b) or b.void}
        terms = (term if term.valid else meant(term) for term in self._record.terms)
        kept = [term for term in terms if term and term.name != "ptr" and id(term) not in broken]
        redirect, end = self._record.redirect, self._record.all
        if end is None and redirect and redirect.valid and id(redirect) not in broken:
            return written(kept, last=redirect.text)
        strict = end is not None and end.qualifier == "-"
        return written(kept, last="-all" if strict else "~all")

    def syntax(self) -> Iterator[Finding]:
        for term in self._record.invalid:
            yield self.found(Code.SPF_SYNTAX, term=term.text)

    def limits(self) -> Iterator[Finding]:
        if self._tree.cost > MOST_LOOKUPS:
            yield self._too_many()
        if self._tree.void > MOST_VOID_LOOKUPS:
            yield self.found_elsewhere(Code.SPF_VOID_LOOKUPS, count=str(self._tree.void))

    def _too_many(self) -> Finding:
        """Mending may not bring it below the limit: then there is no text to paste, but advice."""
        finding = self.found_elsewhere(Code.SPF_LOOKUPS, count=str(self._tree.cost))
        dearest = max(self._tree.branches, key=lambda branch: branch.cost)
        values = {**finding.values, "vendor": vendor_of(dearest.domain)}
        lighter = finding.cure and grow(self._dns, finding.name, parse(finding.cure.value))
        cure = finding.cure if lighter and lighter.cost <= MOST_LOOKUPS else None
        return replace(finding, cure=cure, values=values)

    def troubles(self) -> Iterator[Finding]:
        for branch in self._tree.walk():
            if branch.trouble:
                yield self.found_elsewhere(branch.trouble, vendor=vendor_of(branch.domain))

    def faults(self) -> Iterator[Finding]:
        for branch in self._tree.walk():
            if branch.unanswered:
                yield unanswered(branch.unanswered)

    def ends(self) -> Iterator[Finding]:
        end = self._record.all
        if end is None and not self._record.redirect:
            yield self.found(Code.SPF_NO_ALL)
        if end and end.qualifier in {"", "+"}:
            yield self.found(Code.SPF_PLUS_ALL)
        if end and end.qualifier == "?":
            yield self.found(Code.SPF_NEUTRAL_ALL)
        if unread := self._record.unread:
            yield self.found(Code.SPF_AFTER_ALL, term=unread[0].text)

    def terms(self) -> Iterator[Finding]:
        for term in self._record.read:
            if term.name == "ptr":
                yield self.found(Code.SPF_PTR)
            if term.has_macro and term.valid:
                yield self.found(Code.SPF_MACRO, term=term.text)
            if term.qualifier == "+" and term.name != "all" and term.valid:
                yield self.found(Code.SPF_EXPLICIT_PLUS, term=term.text)

    def size(self) -> Iterator[Finding]:
        octets = sum(len(text) for text in self._answer.values)
        if octets > LARGE:
            yield self.found(Code.SPF_LARGE, count=str(octets))


_RULES: tuple[Callable[[_Diagnosis], Iterator[Finding]], ...] = (
    _Diagnosis.syntax,
    _Diagnosis.limits,
    _Diagnosis.troubles,
    _Diagnosis.ends,
    _Diagnosis.terms,
    _Diagnosis.size,
    _Diagnosis.faults,
)


def _troubles(branch: Branch) -> bool:
    return any(each.trouble in _DEADLY for each in branch.walk())
