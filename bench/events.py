"""Events a second: read and classified, against what json alone takes for the same payloads."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable
from typing import Any

from bellhop.domain.identifiers import EmailId
from bellhop.ses.events import read_event
from bench.table import Table

ROUNDS = 7
EVENTS = 3000


def run() -> Table:
    """The table of rates."""
    payloads = _payloads()
    benches: dict[str, Callable[[str], object]] = {"json.loads": json.loads, "Bellhop": read_event}
    rates: dict[str, list[float]] = {name: [] for name in benches}
    for _ in range(ROUNDS):
        for name, read in benches.items():
            start = time.perf_counter()
            for payload in payloads:
                read(payload)
            rates[name].append(len(payloads) / (time.perf_counter() - start))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    base = medians["json.loads"]
    return Table(
        title="SES events read and classified",
        header=["reader", "to json.loads alone", "events a second here"],
        rows=[[name, f"{rate / base:.3f}", f"{rate:,.0f}"] for name, rate in medians.items()],
        note=f"{EVENTS} payloads of four types in one process; medians of {ROUNDS} rounds.",
    )


def _payloads() -> list[str]:
    replies = [
        "smtp; 550 5.1.1 <guest@correo.test>: Recipient address rejected: User unknown",
        "smtp; 552 5.2.2 The email account that you tried to reach is over quota",
        "smtp; 550 5.7.26 Unauthenticated email is not accepted due to DMARC policy",
        "smtp; 554 5.7.1 Service unavailable; Client host blocked using a block list",
    ]
    return [_payload(number, replies[number % len(replies)]) for number in range(EVENTS)]


def _payload(number: int, reply: str) -> str:
    kind = ("Send", "Delivery", "Bounce", "DeliveryDelay")[number % 4]
    at = f"2026-11-24T12:{number // 60 % 60:02}:{number % 60:02}.000Z"
    bodies: dict[str, dict[str, Any]] = {
        "Send": {"send": {}},
        "Delivery": {"delivery": {"timestamp": at, "smtpResponse": "250 2.0.0 Ok: queued"}},
        "Bounce": {
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {
                        "emailAddress": f"guest{number}@correo.test",
                        "status": reply[10:15],
                        "diagnosticCode": reply,
                    }
                ],
                "timestamp": at,
                "feedbackId": f"feedback-{number}",
            }
        },
        "DeliveryDelay": {"deliveryDelay": {"timestamp": at, "delayType": "General"}},
    }
    mail = {
        "timestamp": at,
        "messageId": f"message-{number}",
        "destination": [f"guest{number}@correo.test"],
        "headers": [{"name": "Subject", "value": "Su reserva"}] * 12,
        "tags": {
            "bellhop-email": [str(EmailId("0" * 26, f"{number:026}"))],
            "bellhop-attempt": ["at_1"],
        },
    }
    return json.dumps({"eventType": kind, "mail": mail, **bodies[kind]})
