"""The demo's second story: a hotel brings a domain that nobody deployed, breaks it and mends it."""

import html
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from rich.console import Console
from rich.table import Table

from local.demo.crm import Answer, Crm
from local.demo.steps import DemoError, ops, wait_for
from local.world import World

TENANT, DOMAIN = "hotel-alba", "hotel-alba.test"
PATH = f"/v1/senders/{DOMAIN}"
GUEST = "elena.ruiz+oferta@correo.test"

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One step of the story: what was done, and what Bellhop said."""

    done: str
    said: str


def tell(world: World, crm: Crm) -> list[Line]:
    """Lives the story; DemoError where something is not as it should be."""
    hotel = _arrive(world, crm)
    try:
        return [*_live(world, hotel), _leave(world, hotel)]
    except DemoError:
        with suppress(DemoError):  # what went wrong first is what is told
            _leave(world, hotel)
        raise


def _arrive(world: World, crm: Crm) -> Crm:
    world.internet.dns.publish(DOMAIN, "A", "127.0.0.1")  # the domain exists: it has a web site
    key = ops(world, "keys", "create", "--tenant", TENANT, "--name", "crm")
    return Crm(url=crm.url, key=key)


def _live(world: World, hotel: Crm) -> list[Line]:
    records = _bring(hotel)
    lines = [Line(done="POST /v1/senders", said=f"pending: {len(records)} records to paste")]
    lines.append(Line(done="The web agency's page", said=_hand_over(hotel, records)))
    refused = _send(hotel, marketing=False)
    lines.append(Line(done="An email before that", said=_refusal(refused, "sender_not_verified")))
    _publish(world, hotel, records)
    _accepted(_send(hotel, marketing=True))
    lines.append(Line(done="The records are published", said="verified: both kinds of email go"))
    lost = records[0]
    world.internet.dns.withdraw(lost["name"], lost["type"])
    lines += _fall(hotel, lost)
    world.internet.dns.publish(lost["name"], lost["type"], lost["value"])
    _look(hotel)
    if _authentication(hotel)["standing"] != "verified":
        raise DemoError(f"{DOMAIN} has its records back and is {_authentication(hotel)}")
    _accepted(_send(hotel, marketing=True))
    lines.append(Line(done="The record is back", said="verified: marketing goes on by itself"))
    return lines


def _bring(hotel: Crm) -> Sequence[Record]:
    """The records of a domain that SES has never heard of."""
    answer = hotel.post("/v1/senders", {"domain": DOMAIN})
    if answer.body.get("state") != "pending":
        raise DemoError(f"{DOMAIN} was not taken: {answer.status} {answer.body}")
    wait_for(lambda: hotel.get(PATH).body["records"], f"{DOMAIN} was given no records")
    return list(hotel.get(PATH).body["records"])


def _hand_over(hotel: Crm, records: Sequence[Record]) -> str:
    """The page by private link, for whoever keeps the DNS: it has every record."""
    url = hotel.post(f"{PATH}/link", {"days": 14}).body["url"]
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 (the deployed API's)
        page = html.unescape(answer.read().decode())
    # A panel has a field of its own for an MX record's priority, and so has the page.
    missing = [part for record in records for part in record["value"].split() if part not in page]
    if missing:
        raise DemoError(f"{url} does not show {missing}")
    return f"shows all {len(records)} records, without a log-in:\n{url}"


def _publish(world: World, hotel: Crm, records: Sequence[Record]) -> None:
    for record in records:
        world.internet.dns.publish(record["name"], record["type"], record["value"])
    hotel.post(f"{PATH}/check", {})
    wait_for(lambda: hotel.get(PATH).body["state"] == "verified", f"{DOMAIN} was never verified")
    _look(hotel)


def _leave(world: World, hotel: Crm) -> Line:
    """The hotel goes, and its SES tenant, or SES would keep the configuration sets."""
    hotel.delete(PATH)
    wait_for(lambda: hotel.get(PATH).status == HTTPStatus.NOT_FOUND, f"{DOMAIN} was not removed")
    ses = world.session().client("sesv2")
    for tenant in ses.list_tenants()["Tenants"]:
        if tenant["TenantName"].endswith(f"_{TENANT}"):
            ses.delete_tenant(TenantName=tenant["TenantName"])
    return Line(done="DELETE /v1/senders", said="what Bellhop made in SES is undone")


def _fall(hotel: Crm, lost: Record) -> list[Line]:
    """A DKIM record is gone: marketing stops, email about bookings goes on."""
    wait_for(lambda: _falls(hotel), f"{DOMAIN} lost a record, and nobody minded")
    shown = _authentication(hotel)
    (finding,) = shown["findings"]
    if (shown["standing"], finding["record"]["value"]) != ("degraded", lost["value"]):
        raise DemoError(f"{DOMAIN} lost a record, and is {shown}")
    refused = _refusal(_send(hotel, marketing=True), "sender_degraded")
    _accepted(_send(hotel, marketing=False))
    cure = f"{finding['record']['name']} {finding['record']['type']} {finding['record']['value']}"
    return [
        Line(done="A DKIM record is lost", said=f"degraded: {finding['sentence']}\nPaste: {cure}"),
        Line(done="A campaign", said=refused),
        Line(done="A booking confirmation", said="accepted: it goes on"),
    ]


def _falls(hotel: Crm) -> bool:
    """Looks once more; whether that was one proof too many."""
    _look(hotel)
    return bool(_authentication(hotel)["standing"] == "degraded")


def _send(hotel: Crm, *, marketing: bool) -> Answer:
    guest = {"address": GUEST} | (
        {"unsubscribe_url": f"https://crm.{DOMAIN}/u/1"} if marketing else {}
    )
    body = {
        "from": {"address": f"reservas@{DOMAIN}", "name": "Hotel Alba"},
        "to": [guest],
        "class": "marketing" if marketing else "transactional",
        "subject": "Oferta de otoño" if marketing else "Su reserva en el Hotel Alba",
        "text": "Hasta pronto.",
    }
    key = f"alba-{'offer' if marketing else 'booking'}-{_authentication(hotel).get('checked_at')}"
    return hotel.post("/v1/emails", body, idempotency_key=key)


def _accepted(answer: Answer) -> None:
    if answer.status != 202:
        raise DemoError(f"{DOMAIN} may not send: {answer.status} {answer.body}")


def _refusal(answer: Answer, code: str) -> str:
    if answer.body.get("code") != code:
        raise DemoError(f"expected {code}: {answer.status} {answer.body}")
    return f"refused: {answer.body['detail']}"


def _look(hotel: Crm) -> None:
    """Asks for a look at the hotel's DNS, and waits until it is over."""
    before = str(_authentication(hotel).get("checked_at", ""))
    hotel.post(f"{PATH}/check", {})
    wait_for(
        lambda: str(_authentication(hotel).get("checked_at", "")) > before,
        f"nobody looked at the DNS of {DOMAIN}",
    )


def _authentication(hotel: Crm) -> dict[str, Any]:
    return hotel.get(PATH).body.get("authentication") or {}


def print_lines(console: Console, lines: Sequence[Line]) -> None:
    """The story as a table."""
    table = Table(title=f"A hotel brings its own domain: {DOMAIN}", show_lines=True, expand=True)
    table.add_column("What happens", ratio=2)
    table.add_column("What Bellhop says", ratio=7)
    for line in lines:
        table.add_row(line.done, line.said.replace("[", r"\["))
    console.print(table)
