"""Diagnoses the SPF record of a name, and writes the record that would be right (RFC 7208)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from bellhop.domain.authentication.answers import Answer, Dns, RecordType
from bellhop.domain.authentication.codes import CODES, Action, Code
from bellhop.domain.authentication.findings import Finding, Record, unanswered
from bellhop.domain.authentication.presence import misplaced
from bellhop.domain.authentication.spf import (
    SpfRecord,
    Term,
    included,
    is_spf,
    merged,
    parse,
    resembles,
    understood,
    written,
)
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
_SES = Term(text=f"include:{SES_INCLUDE}", name="include", value=SES_INCLUDE)
MOST_TOLD = 10
"""Findings of one kind: a text of many thousand terms is not for reading."""
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

    absent: the record that ought to stand there, which permits SES; ``None`` where none is needed.
    """
    answer = dns.ask(name, RecordType.TXT)
    if not answer.proves:
        return SpfReport(name=name, findings=(unanswered(answer),))
    texts = [text for text in answer.values if is_spf(text)]
    if not texts:
        return SpfReport(name=name, findings=(_none(dns, answer, absent),))
    if len(texts) > 1:
        text = merged(understood(each)[0] for each in texts)
        finding = _mended(dns, answer, Code.SPF_MULTIPLE, text, absent, tuple(texts))
        return SpfReport(name=name, findings=(finding,))
    return _Diagnosis(dns, answer, texts[0], absent).report()


def _none(dns: Dns, answer: Answer, absent: str | None) -> Finding:
    """Why there is no SPF: a text that only people take for it, another place, or simply none."""
    for text, strings in zip(answer.values, answer.strings, strict=True):
        code = blemish(text)
        if code and is_spf(cleaned(text)):
            return _mended(dns, answer, code, cleaned(text), absent, (text,))
        if len(strings) > 1 and is_spf(respaced(strings)):
            return _mended(dns, answer, Code.TXT_SPLIT, respaced(strings), absent, strings)
        if resembles(text):
            return _mended(dns, answer, Code.SPF_UNRECOGNISED, text, absent, (text,))
    obsolete = dns.ask(answer.name, RecordType.SPF)
    if obsolete.values:
        text = cleaned(obsolete.values[0])
        return _mended(dns, answer, Code.SPF_TYPE_99, text, absent, obsolete.values)
    wanted = _record(answer.name, absent or "")
    elsewhere = () if absent else (f"www.{answer.name}",)
    if found := misplaced(dns, wanted, answer, is_spf, elsewhere):
        text = next(filter(is_spf, found.seen))
        return replace(found, cure=_record(answer.name, _right(dns, answer, text, absent)))
    if absent:
        return _finding(answer, Code.RECORD_MISSING, wanted, ())
    return _finding(answer, Code.SPF_NONE, None, ())


def _right(dns: Dns, answer: Answer, text: str, absent: str | None) -> str:
    """A text with everything mended that is the matter with it."""
    return _Diagnosis(dns, answer, text, absent).right


def _mended(
    dns: Dns, answer: Answer, code: Code, text: str, absent: str | None, seen: tuple[str, ...]
) -> Finding:
    return _finding(answer, code, _record(answer.name, _right(dns, answer, text, absent)), seen)


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
    """Of one text of a name.

    A text that receivers cannot read is diagnosed as what was meant by it. However much is the
    matter with it, there is one text that is right, and every finding proposes it.
    """

    def __init__(self, dns: Dns, answer: Answer, text: str, absent: str | None) -> None:
        self._dns, self._answer, self._text, self._absent = dns, answer, text, absent
        self._record = self._meant = parse(text)
        self._unknown: tuple[Term, ...] = ()
        if self._record.invalid or not is_spf(text):
            self._meant, self._unknown = understood(text)
        self._tree = self._grown(self._meant)

    def report(self) -> SpfReport:
        strings = self._answer.strings[self._answer.values.index(self._text)]
        if split := self._split(strings):
            findings: tuple[Finding, ...] = (split,)
        else:
            findings = tuple(each for rule in _RULES for each in islice(rule(self), MOST_TOLD))
        return SpfReport(
            name=self._answer.name, record=self._text, tree=self._tree, findings=findings
        )

    def _split(self, strings: tuple[str, ...]) -> Finding | None:
        """Strings cut at a space, whose join runs two terms into one."""
        spaced = respaced(strings)
        other = parse(spaced)
        worse = len(other.invalid) <= len(self._record.invalid) and len(other.terms) > len(
            self._record.terms
        )
        if len(strings) < 2 or spaced == self._text or not worse:
            return None
        return _mended(self._dns, self._answer, Code.TXT_SPLIT, spaced, self._absent, strings)

    def found(self, code: Code, **values: str) -> Finding:
        """A finding whose cure is the record with everything mended."""
        needed = CODES[code].action is not Action.NOTHING and self.right != self._text
        cure = _record(self._answer.name, self.right) if needed else None
        return _finding(self._answer, code, cure, (self._text,), **values)

    def found_elsewhere(self, code: Code, **values: str) -> Finding:
        """One that rests on records of others, which resolvers told of: that proves nothing."""
        return replace(self.found(code, **values), authoritative=False)

    @cached_property
    def right(self) -> str:
        """The record without what is broken or deprecated, its end at the end.

        Where something had to be left out that somebody may need, strangers are not rejected.
        """
        wanted = parse(self._written([t for t in self._meant.terms if t.name != "ptr"]))
        tree = self._grown(wanted)
        broken = {b.term.text for b in tree.branches if _breaks(b)}
        void = {b.term.text for b in tree.branches if b.void and b.domain != SES_INCLUDE}
        lost = broken | (void if tree.void > MOST_VOID_LOOKUPS else set())
        kept = [term for term in wanted.terms if term.text not in lost]
        permits = (b.permits(SES_INCLUDE) for b in tree.branches if b.term.text not in lost)
        if self._absent and not any(permits):
            kept = [_SES, *(term for term in kept if term.value.lower() != SES_INCLUDE)]
        text = self._written(kept, left_out=bool(broken or self._unknown))
        if self._absent and self._grown(parse(text)).cost > MOST_LOOKUPS:
            return self._absent  # nobody but SES sends under this name
        return text

    def _written(self, terms: list[Term], *, left_out: bool = False) -> str:
        end = self._meant.all
        redirect = next((term for term in terms if term.name == "redirect"), None)
        if end is None and redirect:
            return written(terms, last=redirect.text)
        strict = end is not None and end.qualifier == "-" and not left_out
        return written(map(included, terms), last="-all" if strict else "~all")

    def _grown(self, record: SpfRecord) -> Tree:
        return grow(self._dns, self._answer.name, record)

    @property
    def _permits_ses(self) -> bool:
        return self._tree.permits(SES_INCLUDE)

    def ses(self) -> Iterator[Finding]:
        if self._absent and not self._permits_ses:
            yield self.found(Code.SPF_WITHOUT_SES)

    def syntax(self) -> Iterator[Finding]:
        unknown = [term.text for term in self._unknown]
        for term in self._record.invalid:
            guessed = not any(text in term.text for text in unknown)
            yield self.found(Code.SPF_SYNTAX if guessed else Code.SPF_UNREADABLE, term=term.text)

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
        lighter = finding.cure and self._grown(parse(finding.cure.value))
        cure = finding.cure if lighter and lighter.cost <= MOST_LOOKUPS else None
        return replace(finding, cure=cure, values=values)

    def troubles(self) -> Iterator[Finding]:
        for branch in self._tree.walk():
            if branch.trouble and branch.domain == SES_INCLUDE:
                yield replace(self.found_elsewhere(Code.SPF_SES_UNREADABLE), cure=None)
            elif branch.trouble:
                yield self.found_elsewhere(branch.trouble, vendor=vendor_of(branch.domain))

    def faults(self) -> Iterator[Finding]:
        for branch in self._tree.walk():
            if branch.unanswered:
                yield unanswered(branch.unanswered)

    def ends(self) -> Iterator[Finding]:
        end = self._meant.all
        if end is None and not self._meant.redirect:
            yield self.found(Code.SPF_NO_ALL)
        if end and end.qualifier in {"", "+"}:
            yield self.found(Code.SPF_PLUS_ALL)
        if end and end.qualifier == "?":
            yield self.found(Code.SPF_NEUTRAL_ALL)
        if unread := self._meant.unread:
            yield self.found(Code.SPF_AFTER_ALL, term=unread[0].text)

    def terms(self) -> Iterator[Finding]:
        for term in self._meant.read:
            if term.name == "ptr":
                yield self.found(Code.SPF_PTR)
            if term.has_macro and term.valid:
                yield self.found(Code.SPF_MACRO, term=term.text)
            if term.qualifier == "+" and term.name != "all" and term.valid:
                yield self.found(Code.SPF_EXPLICIT_PLUS, term=term.text)

    def size(self) -> Iterator[Finding]:
        octets = sum(len(text) for text in self._answer.values)
        if octets > LARGE:
            yield replace(self.found(Code.SPF_LARGE, count=str(octets)), cure=None)


_RULES: tuple[Callable[[_Diagnosis], Iterator[Finding]], ...] = (
    _Diagnosis.ses,
    _Diagnosis.syntax,
    _Diagnosis.limits,
    _Diagnosis.troubles,
    _Diagnosis.ends,
    _Diagnosis.terms,
    _Diagnosis.size,
    _Diagnosis.faults,
)


def _breaks(branch: Branch) -> bool:
    """Whether a term makes the whole record useless; what SES's own record holds is up to SES."""
    return any(each.trouble in _DEADLY and each.domain != SES_INCLUDE for each in branch.walk())
