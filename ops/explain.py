"""``ops explain``: says what SES events and SMTP replies mean. Needs no deployment."""

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parseaddr
from io import TextIOWrapper
from typing import Any

from bellhop.domain.address_class import kind_of
from bellhop.domain.advice import Advice, advice_on_alias, advice_on_fact
from bellhop.domain.catalogue import LANGUAGES, phrase
from bellhop.domain.classify import classify
from bellhop.domain.contacts import COMPLAINT
from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.facts import Fact, FactKind
from bellhop.domain.reasons import REASONS, Reason
from bellhop.domain.status import Dispatch, outcome_of
from bellhop.ses.events import facts_of
from bellhop.ses.wire import open_message
from bellhop.usecases.record_event import EmailEvent
from ops.deployment import OperatorError

# What a report's action (RFC 3464, section 2.3.3) is in SES's words.
TYPE_OF_ACTION = {
    "failed": "Bounce",
    "delayed": "DeliveryDelay",
    "delivered": "Delivery",
    "relayed": "Delivery",
    "expanded": "Delivery",
}
# Where there is no action, the class of the status says it (RFC 3463, section 3.1), or the
# reply's own (RFC 5321, section 4.2.1).
TYPE_OF_CLASS = {"2": "Delivery"}
_CLASS_OF_REPLY = re.compile(r"\s*(?:[a-z-]+\s*;\s*)?([2-5])\d\d\b", re.IGNORECASE)
# What is said beside the reasons of a failure.
OTHER_REASONS = {FactKind.COMPLAINT: COMPLAINT, FactKind.AUTO_REPLY: "auto_reply"}
# A lone recipient has no time, and no sentence here needs one.
_ANY_TIME = datetime.min.replace(tzinfo=UTC)
KIND_OF_TYPE = {
    "Bounce": FactKind.BOUNCE,
    "DeliveryDelay": FactKind.DELAY,
    "Delivery": FactKind.DELIVERY,
}

_EPILOG = """\
examples:
  python -m ops explain < events.jsonl
  python -m ops explain --human --language es "550 5.1.1 User unknown"
An empty line is passed over. A line that cannot be read gets an answer too, with null everywhere
and its number and the cause under "error".
"""


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser(
        "explain",
        help="say what SES events or SMTP replies mean",
        description="Reads JSON lines from standard input, SES events or objects with action, "
        "status and diagnosticCode, and writes one JSON line for each, in order.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--human", action="store_true", help="explain one pasted SMTP reply in words instead"
    )
    parser.add_argument(
        "reply", nargs="*", help="with --human: the reply (default: standard input)"
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default="en", help="of the sentences (default: en)"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Explains what it was given."""
    if options.reply and not options.human:
        raise OperatorError("a reply on the command line needs --human; JSON lines come by a pipe.")
    # What a server said may be in any encoding, and name halves of characters.
    # Windows marks the start of a file (utf-8-sig).
    for stream, encoding, errors in (
        (sys.stdin, "utf-8-sig", "replace"),
        (sys.stdout, "utf-8", "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)
    if options.human:
        print("\n".join(in_words(" ".join(options.reply) or sys.stdin.read(), options.language)))
        return
    for explanation in explain(sys.stdin, options.language):
        print(json.dumps(explanation, ensure_ascii=False), flush=True)


def explain(lines: Iterable[str], language: str = "en") -> Iterator[dict[str, Any]]:
    """An explanation for each line that is not empty."""
    for number, line in enumerate(lines, start=1):
        if text := line.strip():
            yield explain_line(text, language, number)


def explain_line(text: str, language: str, number: int) -> dict[str, Any]:
    """What one line means; ``error`` says which it is and why, where it means nothing."""
    try:
        kind, said = _read(text)
    except UnreadableEventError as error:
        nothing = dict.fromkeys(
            ("type", "status", "reason", "fault", "sentence", "next_step", "who")
        )
        return {**nothing, "error": f"line {number}: {error.detail}"}
    first, *others = (_explain_fact(kind, fact, advice, language) for fact, advice in said)
    if others:  # one event may name several recipients
        first["other_recipients"] = others
    return first


def _read(text: str) -> tuple[str, list[tuple[Fact, Advice]]]:
    """The type, as SES names it, and what is said of each recipient, with what to make of it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # open_message says what is wrong with it
        value = None
    if isinstance(value, dict) and not {"eventType", "notificationType", "Type"} & value.keys():
        kind, fact = _recipient(value)
        return kind, [(fact, advice_on_fact(fact))]
    event = open_message(text)
    if event is None:
        raise UnreadableEventError("SES's test message for a new destination; nothing to do")
    sender_domain = parseaddr(str(event.mail.get("source")))[1].rpartition("@")[2]
    return event.kind, [(each.fact, _advice_on(each, sender_domain)) for each in facts_of(event)]


def _advice_on(event: EmailEvent, sender_domain: str) -> Advice:
    """As on the email's record: a portal's address that fails says nothing about the guest's."""
    portal, reason = kind_of(event.address).portal, event.fact.detail.get("reason")
    if portal and sender_domain and reason and event.fact.kind is FactKind.BOUNCE:
        return advice_on_alias(portal, reason, sender_domain)
    return advice_on_fact(event.fact)


def _recipient(value: Mapping[str, Any]) -> tuple[str, Fact]:
    """A bounced recipient as a delivery status notification has it, alone."""
    action, status, diagnostic = (
        str(value.get(name) or "") for name in ("action", "status", "diagnosticCode")
    )
    if not (action or status or diagnostic):
        raise UnreadableEventError(
            "neither an SES event nor an object with action, status or diagnosticCode"
        )
    reply = _CLASS_OF_REPLY.match(diagnostic)
    status_class = status[:1] or (reply[1] if reply else "")
    kind = TYPE_OF_ACTION.get(action.lower()) or TYPE_OF_CLASS.get(status_class, "Bounce")
    reason = classify(
        bounce_type=str(value.get("bounceType") or ""),
        bounce_subtype=str(value.get("bounceSubType") or ""),
        status=status,
        diagnostic=diagnostic,
        action=action.lower(),
        recipient_domain=str(value.get("emailAddress") or "").rpartition("@")[2].strip("<> "),
    )
    detail = {} if kind == "Delivery" else {"reason": reason.value}
    return kind, Fact(kind=KIND_OF_TYPE[kind], identity="one", at=_ANY_TIME, detail=detail)


def _explain_fact(kind: str, fact: Fact, advice: Advice, language: str) -> dict[str, Any]:
    reason = fact.detail.get("reason")
    return {
        "type": kind,
        "status": outcome_of([fact], Dispatch.DONE).status.value,
        "reason": reason or OTHER_REASONS.get(fact.kind),
        "fault": REASONS[Reason(reason)].fault.value if reason else None,
        "sentence": " ".join(
            phrase(language, f"{topic}.sentence", **advice.values) for topic in advice.topics
        ),
        "next_step": phrase(language, f"{advice.topics[-1]}.next_step", **advice.values),
        "who": advice.who.value,
    }


def in_words(reply: str, language: str) -> list[str]:
    """One SMTP reply, explained in lines for people."""
    if not reply.strip():
        raise OperatorError(
            "there is no reply to explain; paste one, e.g. '550 5.1.1 User unknown'."
        )
    if reply.lstrip().startswith("2"):
        return [
            phrase(language, "status.delivered.sentence"),
            f"→ {phrase(language, 'status.delivered.next_step')}",
        ]
    # An SMTP reply that begins with 4 is a delay as long as its sender goes on trying.
    action = "delayed" if reply.lstrip().startswith("4") else "failed"
    reason = classify(bounce_type="", diagnostic=reply.strip(), action=action)
    properties = REASONS[reason]
    who = phrase(language, f"who.{properties.who}")
    lasts = "permanent" if properties.permanent else "temporary"
    return [
        phrase(language, f"reason.{reason}.sentence"),
        f"→ {phrase(language, f'reason.{reason}.next_step')} ({who})",
        f"   {reason} · fault: {properties.fault} · {lasts}",
    ]
