"""A ready ``curl`` for each route of the deployed API."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.demo.crm import Crm
from local.demo.guests import LETTERS

ADDRESS = LETTERS[0].address
NEW_DOMAIN = "sol-y-playa.test"
PUBLIC = "/openapi.json"
"""The one route that asks for no key."""
UNIQUE_KEY = '"Idempotency-Key: local-$(date +%s)"'
"""A new email each second; to repeat a request, repeat its key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One route's command, as pasted into a POSIX shell."""

    route: str
    title: str
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An email that exists, and its contact."""

    email_id: str
    contact_id: str


def commands(crm: Crm, example: Example) -> list[Command]:
    """The routes' commands, each as it can be pasted."""
    return [
        _command(crm, "POST /v1/emails", "Send an email", LETTERS[0].body(), key=UNIQUE_KEY),
        _command(
            crm,
            "POST /v1/emails/batch",
            "Send several, each accepted or rejected for itself",
            {"emails": [LETTERS[0].body(), LETTERS[1].body()]},
            key=UNIQUE_KEY,
        ),
        _command(
            crm,
            "POST /v1/emails/{email_id}/cancel",
            "Take an email back while it waits (this one waits no longer)",
            email_id=example.email_id,
        ),
        _command(crm, "GET /v1/emails/{email_id}", "What became of it", email_id=example.email_id),
        _command(
            crm,
            "POST /v1/emails/lookup",
            "Find emails by your own reference",
            {"reference": LETTERS[0].booking},
        ),
        _command(
            crm, "GET /v1/contacts/{contact}", "The guest at a glance", contact=example.contact_id
        ),
        _command(
            crm,
            "POST /v1/contacts/lookup",
            "Find a guest by address, in Spanish",
            {"address": ADDRESS},
            language="es",
        ),
        _command(
            crm,
            "DELETE /v1/contacts/{contact}/suppression",
            "Try once more",
            {"by": "Marta, recepción", "why": "La huésped ha corregido su buzón"},
            contact=example.contact_id,
        ),
        _command(crm, "POST /v1/senders", "Send from another domain", {"domain": NEW_DOMAIN}),
        _command(crm, "GET /v1/senders", "The hotel's domains"),
        _command(
            crm, "GET /v1/senders/{domain}", "How far it is, what to publish", domain=NEW_DOMAIN
        ),
        _command(crm, "POST /v1/senders/{domain}/check", "Look at it now", {}, domain=NEW_DOMAIN),
        _command(crm, "POST /v1/senders/{domain}/resume", "Let marketing go on", domain=NEW_DOMAIN),
        _command(
            crm,
            "POST /v1/senders/{domain}/link",
            "A page for the hotel's web agency, without log-in",
            {"days": 14},
            domain=NEW_DOMAIN,
        ),
        _command(
            crm,
            "DELETE /v1/senders/{domain}/link",
            "That page opens no more",
            domain=NEW_DOMAIN,
        ),
        _command(crm, "DELETE /v1/senders/{domain}", "Send from it no more", domain=NEW_DOMAIN),
        _command(crm, "GET /v1/settings", "The hotel's settings"),
        _command(
            crm,
            "PATCH /v1/settings",
            "Be patient with full mailboxes",
            {"suppression": {"mailbox_full": {"count": 8, "days": 30}}},
        ),
        _command(crm, "GET /v1/account", "Whether emails go out, and if not, why"),
        _command(crm, "GET /openapi.json", "The description of the API"),
    ]


def _command(
    crm: Crm,
    route: str,
    title: str,
    body: Mapping[str, Any] | None = None,
    *,
    key: str = "",
    language: str = "",
    **ids: str,
) -> Command:
    method, _, path = route.partition(" ")
    # With a body curl posts, without one it gets.
    options = [] if method == ("GET" if body is None else "POST") else [f"-X {method}"]
    if path != PUBLIC:
        options.append("-H " + shlex.quote(f"Authorization: Bearer {crm.key}"))
    if language:
        options.append(f"-H 'Accept-Language: {language}'")
    if key:
        options.append(f"-H {key}")
    if body is not None:
        options.append("-H 'Content-Type: application/json'")
        options.append("-d " + shlex.quote(json.dumps(body, ensure_ascii=False)))
    url = shlex.quote(crm.url + path.format(**ids))
    return Command(route=route, title=title, curl=" \\\n  ".join([f"curl -sS {url}", *options]))
