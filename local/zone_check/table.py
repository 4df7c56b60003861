"""The results as a page of documentation, the same in every run."""

import re
from collections.abc import Iterable, Iterator

from bellhop.domain.authentication.codes import CODES
from bellhop.domain.authentication.findings import Finding
from bellhop.domain.authentication.wording import next_step, sentence
from bellhop.domain.catalogue import phrase
from local.zone_check.survey import Result

_HEAD = """# What a check finds in DNS

`python -m ops sender check DOMAIN` asks for a domain's DKIM, MAIL FROM, DMARC and SPF records, and
says what receivers will make of them. Each chapter is a zone of `local/internet/data/zones.toml`,
served by the local DNS and checked over UDP and TCP. `python -m local.zone_check` writes this page;
a test compares.

The weight of a code: it *breaks* authentication; a record is *missing*, which a new sender waits
for; things are *unclear*, since the DNS did not answer; it *warns*; it *informs*. What concerns the
domain's own SPF record is never held against a sender: SES's emails use the MAIL FROM subdomain.
"""


def page(results: Iterable[Result]) -> str:
    """The page in Markdown."""
    return "\n".join([_HEAD, *(line for each in results for line in _chapter(each))])


def _chapter(result: Result) -> Iterator[str]:
    broken, finding = result.broken, result.finding
    yield f"## `{broken.finds}`: {broken.story}\n"
    if finding is None:
        yield "Not found.\n"
        return
    who = " / ".join(phrase(language, f"who.{finding.who}") for language in ("en", "es"))
    weight = CODES[finding.code].weight
    yield f"{weight} · sender: {result.report.state}, evidence: {result.report.evidence} · {who}\n"
    for language in ("en", "es"):
        yield f"- {sentence(finding, language)} {next_step(finding, language)}"
    yield from _texts(finding)
    yield ""


def _texts(finding: Finding) -> Iterator[str]:
    for seen in finding.seen:
        yield f"- saw `{_steady(seen)}`"
    if finding.cure:
        yield f"- paste `{finding.cure.name}` {finding.cure.type} `{_steady(finding.cure.value)}`"


def _steady(text: str) -> str:
    """Without the keys, which differ from run to run, and with invisible characters shown."""
    shown = re.sub(r"p=[A-Za-z0-9+/=]{40,}", "p=…", text).replace("`", "'")
    return shown.encode("ascii", "backslashreplace").decode() if "\u200b" in shown else shown
