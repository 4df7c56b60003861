"""``ops sender check``: what receivers make of a domain's DNS. Needs no deployment and no AWS."""

import argparse
import json
import math
import os
import re
from collections.abc import Iterator
from typing import Any

import dns.exception
import dns.inet
import idna
from publicsuffixlist import PublicSuffixList

from bellhop.domain.authentication.check import Report, Sender, check
from bellhop.domain.authentication.wording import described
from bellhop.domain.catalogue import LANGUAGES
from bellhop.name_servers.authentication import resolvers
from bellhop.name_servers.exchange import Endpoint
from bellhop.name_servers.lookups import Lookups
from ops.deployment import OperatorError

MARKS = {"breaks": "✗", "missing": "…", "unclear": "?", "warns": "!", "informs": "·"}
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_LABELS = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,200}[a-z0-9_])?", re.I)
_MAILBOX = re.compile(r"[^\s@,;!]+@[^\s@,;!]+\.[^\s@,;!]+")
_NAME = re.compile(r"(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")


def add_to(actions: Any) -> None:
    """Adds the action to the parser of ``python -m ops senders``."""
    parser = actions.add_parser(
        "check", help="say whether receivers can believe a domain; no deployment needed"
    )
    parser.add_argument("domain", help="any domain, e.g. hotel-sol.example")
    parser.add_argument(
        "--resolver", help="ADDRESS[:PORT] to ask (default: this machine's)", metavar="ADDRESS"
    )
    parser.add_argument(
        "--token", action="append", default=[], help="Easy DKIM token of the domain; repeat it"
    )
    parser.add_argument(
        "--selector", action="append", default=[], help="selector of another DKIM key; repeat it"
    )
    parser.add_argument("--mail-from", help="MAIL FROM domain (default: bounce.DOMAIN)")
    region = os.environ.get("AWS_REGION", "eu-west-1")
    parser.add_argument("--region", default=region, help=f"of SES (default: {region})")
    parser.add_argument("--reports-to", default="", help="address that wants DMARC reports too")
    parser.add_argument("--timeout", type=float, default=2.0, help="seconds for each server")
    parser.add_argument("--json", action="store_true", help="everything, for programs")
    parser.add_argument(
        "--language", choices=LANGUAGES, default="en", help="of the sentences (default: en)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Prints what was found; a domain that is not in order is no error of this command.

    Raises:
        OperatorError: nothing could be asked, which says nothing of the domain.
    """
    report = described(checked(options), options.language)
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print("\n".join(in_lines(report)))
    if not report["name_servers"] and report["state"] == "unclear":
        asked = ", ".join(each.address for each in _resolvers(options.resolver))
        raise OperatorError(
            f"nobody at {asked} told of the domain: let DNS out of this network "
            "(port 53), or name another resolver with --resolver."
        )


def checked(options: argparse.Namespace) -> Report:
    """Asks the DNS all that a receiver would ask."""
    domain = _name(options.domain)
    mail_from = _name(options.mail_from or f"bounce.{domain}")
    if not mail_from.endswith(f".{domain}"):
        raise OperatorError(f"--mail-from {mail_from!r} must lie below {domain}, as SES demands.")
    _all_valid(options)
    servers = _resolvers(options.resolver)
    sender = Sender(
        domain=domain,
        region=options.region,
        tokens=tuple(options.token),
        selectors=tuple(options.selector),
        mail_from=mail_from,
        reports_to=options.reports_to.lower(),
    )
    lookups = Lookups(domain, servers, timeout=options.timeout, port=servers[0].port)
    suffixes = PublicSuffixList()
    return check(lookups, sender, lambda name: suffixes.privatesuffix(name) or name)


def _all_valid(options: argparse.Namespace) -> None:
    """Refuses what would become part of a name or of a record."""
    given = [("--token", each, _LABELS) for each in options.token]
    given += [("--selector", each, _LABELS) for each in options.selector]
    given += [("--region", options.region, _REGION)]
    given += [("--reports-to", options.reports_to, _MAILBOX)] if options.reports_to else []
    for option, value, form in given:
        if not form.fullmatch(value):
            raise OperatorError(f"{option} {value!r} cannot be one: see --help for what is meant.")
    if not 0 < options.timeout < math.inf:
        raise OperatorError(f"--timeout {options.timeout} must be seconds, more than none.")


def _name(text: str) -> str:
    """Lower-case IDNA form (IDNA 2008, as the API has it)."""
    name = text.strip().rstrip(".").lower()
    try:
        name = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        name = ""
    if not _NAME.fullmatch(name):
        raise OperatorError(f"{text!r} is not the name of a domain; write it as hotel-sol.example.")
    return name


def _resolvers(text: str | None) -> tuple[Endpoint, ...]:
    """The one that was named, else those of this machine."""
    if text is None:
        try:
            return resolvers()
        except dns.exception.DNSException as error:
            raise OperatorError(
                f"this machine names no resolver ({error}); use --resolver."
            ) from error
    host, port = text, "53"
    if bracketed := re.fullmatch(r"\[(.+)\](?::(\d+))?", text):
        host, port = bracketed[1], bracketed[2] or port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not dns.inet.is_address(host) or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise OperatorError(f"--resolver {text!r} must be ADDRESS or ADDRESS:PORT, e.g. 9.9.9.9.")
    return (Endpoint(host, int(port)),)


def in_lines(report: dict[str, Any]) -> Iterator[str]:
    """The report for a terminal."""
    panel = report["panel"]["name"]
    servers = ", ".join(report["name_servers"]) or "?"
    yield f"{report['domain']}: {report['said']}"
    yield f"  {report['zone']} · {servers}" + (f" · {panel}" if panel else "")
    for part in report["parts"]:
        yield f"\n{part['title']}: {part['said']}"
        for record in part["records"]:
            yield f"  {record['said']}: {record['type']} {record['name']}"
        for finding in part["findings"]:
            yield from _finding(finding)
    if report["not_asked"]:
        yield f"\n{report['not_asked']} (--token, --selector)"
    if report["spf_lookups"]:
        yield f"\nSPF: {report['spf_lookups']['count']}/10"
        yield from _tree(report["spf_lookups"]["terms"], "  ")
    if any(part["records"] for part in report["parts"]):
        yield ""
        yield from (f"· {hint}" for hint in report["panel"]["hints"])


def _finding(finding: dict[str, Any]) -> Iterator[str]:
    yield f"  {MARKS[finding['weight']]} {finding['sentence']} [{finding['code']}]"
    for seen in finding["seen"]:
        yield f"      = {seen}"
    if finding["weight"] != "informs":
        yield f"      → {finding['next_step']} ({finding['who']})"
    if record := finding["record"]:
        paste = record["paste"]
        fields = [paste["host"], record["type"], paste["priority"], paste["value"]]
        yield f"        {record['name']}"
        yield "        " + "  ".join(field for field in fields if field)


def _tree(terms: list[dict[str, Any]], indent: str) -> Iterator[str]:
    for term in terms:
        vendor = "" if term["vendor"] in term["term"] else f" ({term['vendor']})"
        trouble = f" [{term['trouble']}]" if term["trouble"] else ""
        yield f"{indent}{term['lookups']:>2}  {term['term']}{vendor}{trouble}"
        yield from _tree(term["terms"], indent + "    ")
