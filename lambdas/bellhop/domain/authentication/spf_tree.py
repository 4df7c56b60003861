"""The look-ups that an SPF record costs its readers, as a tree (RFC 7208, section 4.6.4).

A receiver stops at the first match; the limits must hold for one that matches nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bellhop.domain.authentication.answers import Answer, Dns, Outcome, RecordType
from bellhop.domain.authentication.codes import Code
from bellhop.domain.authentication.spf import LOOKING_UP, SpfRecord, Term, is_spf, parse

MOST_LOOKUPS = 10
MOST_VOID_LOOKUPS = 2
MOST_MAIL_HOSTS = 10
_ENOUGH = 40
"""Where counting ends: four times the limit is proof, and a hostile tree has no end."""


@dataclass(slots=True, kw_only=True)
class Branch:
    """One term that makes its reader look something up.

    Attributes:
        domain: the name that it leads to; empty where that depends on the email (macros).
        own: look-ups of the term itself: one.
        void: whether the look-up found nothing.
        trouble: why the branch makes the whole record useless.
        unanswered: the answer that proves nothing, if there was one.
        record: the text that was found, of an include or a redirect.
    """

    term: Term
    domain: str
    own: int = 1
    void: bool = False
    trouble: Code | None = None
    unanswered: Answer | None = None
    record: str = ""
    branches: list["Branch"] = field(default_factory=list)

    @property
    def cost(self) -> int:
        """Look-ups of the term and of all below it."""
        return self.own + sum(branch.cost for branch in self.branches)

    def permits(self, domain: str) -> bool:
        """Whether whoever the record of a domain permits is permitted by way of this branch."""
        follows = self.term.name in {"include", "redirect"} and self.term.qualifier in {"", "+"}
        return follows and (self.domain == domain or any(b.permits(domain) for b in self.branches))

    def walk(self) -> Iterator["Branch"]:
        """The branch and all below it, from the top."""
        yield self
        for branch in self.branches:
            yield from branch.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """All that one record makes its reader look up."""

    domain: str
    branches: tuple[Branch, ...]

    def walk(self) -> Iterator[Branch]:
        """Every branch, each before those below it."""
        for branch in self.branches:
            yield from branch.walk()

    def permits(self, domain: str) -> bool:
        """Whether whoever the record of a domain permits is permitted here."""
        return any(branch.permits(domain) for branch in self.branches)

    @property
    def cost(self) -> int:
        """Look-ups in all; ten are allowed."""
        return sum(branch.cost for branch in self.branches)

    @property
    def void(self) -> int:
        """Look-ups that found nothing; two are allowed."""
        return sum(branch.void for branch in self.walk())


def grow(dns: Dns, domain: str, record: SpfRecord) -> Tree:
    """Looks up all that the record of a domain leads to."""
    return Tree(domain=domain, branches=tuple(_Growth(dns).branches(domain, record, (domain,))))


class _Growth:
    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self._count = 0

    def branches(self, domain: str, record: SpfRecord, path: tuple[str, ...]) -> list[Branch]:
        terms = [term for term in record.read if term.name in LOOKING_UP and term.valid]
        return [self._branch(domain, term, path) for term in terms if self._count < _ENOUGH]

    def _branch(self, domain: str, term: Term, path: tuple[str, ...]) -> Branch:
        self._count += 1
        target = "" if term.has_macro else (term.value or domain).lower().rstrip(".")
        branch = Branch(term=term, domain=target)
        if target and term.name in {"include", "redirect"}:
            self._follow(branch, path)
        elif target and term.name != "ptr":
            self._touch(branch)
        return branch

    def _touch(self, branch: Branch) -> None:
        """Notes whether `a`, `mx` and `exists` find something."""
        kind = RecordType.MX if branch.term.name == "mx" else RecordType.A
        answer = self._dns.ask(branch.domain, kind)
        if branch.term.name == "a" and answer.outcome is Outcome.NO_RECORDS:
            answer = self._dns.ask(branch.domain, RecordType.AAAA)
        branch.void = answer.proves and answer.outcome is not Outcome.FOUND
        branch.unanswered = None if answer.proves else answer
        if kind is RecordType.MX and len(answer.values) > MOST_MAIL_HOSTS:
            branch.trouble = Code.SPF_MANY_MX

    def _follow(self, branch: Branch, path: tuple[str, ...]) -> None:
        """An include or redirect without exactly one valid record is an error (5.2, 6.1)."""
        if branch.domain in path:
            branch.trouble = Code.SPF_LOOP
            return
        answer = self._dns.ask(branch.domain, RecordType.TXT)
        if not answer.proves:
            branch.unanswered = answer
            return
        branch.void = answer.outcome is not Outcome.FOUND
        texts = [text for text in answer.values if is_spf(text)]
        if len(texts) != 1 or (record := parse(texts[0])).invalid:
            branch.trouble = Code.SPF_INCLUDE_BROKEN
            return
        branch.record = texts[0]
        branch.branches = self.branches(branch.domain, record, (*path, branch.domain))
