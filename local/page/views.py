"""One function for each page."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from local.demo.crm import Crm
from local.demo.guests import LETTERS, SENDER
from local.internet.mailboxes import StoredMessage
from local.page.boards import deployed_boards, last_minutes
from local.page.commands import commands
from local.page.guests import guests, story
from local.page.mail import read
from local.page.responses import MAIL_POLICY, PageError, Response, page, redirect
from local.page.site import Site

STATIC = Path(__file__).parent / "static"
LANGUAGES = {"en": "English", "es": "Español"}
RANGES = {15: "15 minutes", 60: "1 hour", 360: "6 hours", 1440: "1 day"}
MOST_TRANSCRIPTS = 200

Query = Mapping[str, str]
View = Callable[[Site, Query], Response]


def start(site: Site, _query: Query) -> Response:
    """The guests, and a form to write to one."""
    return page("start", title="Guests", guests=guests(site.internet), sender=SENDER)


def guest(site: Site, query: Query) -> Response:
    """One guest: the contact's card, the mailbox, what the server said."""
    address, language = _given(query, "address"), query.get("language", "en")
    if language not in LANGUAGES:
        raise PageError(HTTPStatus.NOT_FOUND, f"There are no sentences in {language}.")
    return page(
        "guest",
        title=address,
        address=address,
        story=story(site.internet, address),
        languages=LANGUAGES,
        language=language,
        card=_card(replace(site.crm, language=language), address),
        letters=[
            (number, stored, read(stored))
            for number, stored in reversed([*enumerate(site.internet.mailbox(address))])
            if stored.recipient.lower() == address.lower()
        ],
        transcripts=site.internet.transcripts.for_recipient(address)[::-1],
    )


def _card(crm: Crm, address: str) -> dict[str, Any] | None:
    """The contact as the API answers, or None if Bellhop never wrote to the address."""
    answer = crm.post("/v1/contacts/lookup", {"address": address})
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise PageError(HTTPStatus.NOT_FOUND, f"Nobody can have this address: {_said(answer)}")
    if answer.status != HTTPStatus.OK:
        raise PageError(HTTPStatus.BAD_GATEWAY, f"The API said {answer.status}: {_said(answer)}")
    return answer.body


def message(site: Site, query: Query) -> Response:
    """One message of a mailbox: verdicts, headers, as a mail program shows it, as it came."""
    stored = _stored(site, query)
    return page(
        "message",
        title="Message",
        address=_given(query, "address"),
        stored=stored,
        letter=read(stored),
        html_path=f"/message.html?{urlencode(query)}",
    )


def message_html(site: Site, query: Query) -> Response:
    """The HTML part alone, for the sandboxed frame."""
    html = read(_stored(site, query)).html
    return Response(body=html.encode("utf-8", "replace"), policy=MAIL_POLICY)


def transcripts(site: Site, _query: Query) -> Response:
    """What all servers said, the newest first."""
    newest = site.internet.transcripts.all()[: -MOST_TRANSCRIPTS - 1 : -1]
    return page("transcripts", title="Transcripts", transcripts=newest, most=MOST_TRANSCRIPTS)


def dashboards(site: Site, query: Query) -> Response:
    """The dashboards and alarms as deployed, with the emulator's metrics."""
    minutes = next((each for each in RANGES if str(each) == query.get("minutes")), min(RANGES))
    boards = deployed_boards(site.cloudwatch, last_minutes(minutes))
    return page("dashboards", title="Dashboards", boards=boards, ranges=RANGES, minutes=minutes)


def api(site: Site, _query: Query) -> Response:
    """The API's key and a command for each route."""
    return page(
        "api",
        title="API",
        crm=site.crm,
        commands=commands(site.crm, site.example),
        environment=site.environment,
    )


def write(site: Site, form: Query) -> Response:
    """Sends one email to a guest, as the CRM would."""
    address = _given(form, "address")
    body = {
        "from": {"address": SENDER, "name": "Hotel Sol"},
        "to": [{"address": address}],
        "subject": _given(form, "subject"),
        "text": _given(form, "text"),
    }
    _post(site.crm, body)
    return redirect(f"/guest?{urlencode({'address': address})}")


def write_to_all(site: Site, _form: Query) -> Response:
    """Sends the demo's letters, each once more."""
    for letter in LETTERS:
        _post(site.crm, letter.body())
    return redirect("/")


def _post(crm: Crm, body: Mapping[str, object]) -> None:
    key = f"page-{secrets.token_hex(8)}"
    answer = crm.post("/v1/emails", body, idempotency_key=key)
    if answer.status != HTTPStatus.ACCEPTED:
        raise PageError(HTTPStatus.UNPROCESSABLE_ENTITY, f"Bellhop refused it: {_said(answer)}")


def _said(answer: Any) -> str:
    """A problem's own sentences."""
    details = [answer.body.get("detail") or answer.body.get("message") or str(answer.body)]
    details += [f"{each['pointer']}: {each['detail']}" for each in answer.body.get("errors", ())]
    return " ".join(details)


def _stored(site: Site, query: Query) -> StoredMessage:
    in_mailbox = site.internet.mailbox(_given(query, "address"))
    number = query.get("number", "")
    if not number.isdecimal() or int(number) >= len(in_mailbox):
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such message in the mailbox.")
    return in_mailbox[int(number)]


def _given(values: Query, name: str) -> str:
    value = values.get(name, "").strip()
    if not value:
        raise PageError(HTTPStatus.BAD_REQUEST, f"The field {name} is empty.")
    return value


def _static(name: str, media_type: str) -> View:
    def view(_site: Site, _query: Query) -> Response:
        return Response(body=(STATIC / name).read_bytes(), media_type=media_type)

    return view


VIEWS: Mapping[tuple[str, str], View] = {
    ("GET", "/"): start,
    ("GET", "/guest"): guest,
    ("GET", "/message"): message,
    ("GET", "/message.html"): message_html,
    ("GET", "/transcripts"): transcripts,
    ("GET", "/dashboards"): dashboards,
    ("GET", "/api"): api,
    ("POST", "/write"): write,
    ("POST", "/write-to-all"): write_to_all,
    ("GET", "/page.css"): _static("page.css", "text/css; charset=utf-8"),
    ("GET", "/page.js"): _static("page.js", "text/javascript; charset=utf-8"),
}
