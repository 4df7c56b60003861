"""What a browser is answered: pages that nobody keeps, frames or finds, and their assets."""

from datetime import datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bellhop.domain.links import Link
from bellhop.domain.senders import Sender
from bellhop.handover.html import render
from bellhop.handover.view import Look, missing_view, page_view

_ASSETS = {"page.css": "text/css", "copy.js": "text/javascript"}
_DIRECTORY = Path(__file__).with_name("assets")

# Nothing runs, loads or frames but the two assets: what DNS says is a stranger's text.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "content-security-policy": _POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def page(
    sender: Sender, link: Link, look: Look | None, language: str, now: datetime
) -> dict[str, Any]:
    """The page of a sender."""
    view = page_view(sender, link, look, language, now)
    return _html(HTTPStatus.OK, "page.html", view, language)


def missing(language: str) -> dict[str, Any]:
    """The one answer to a link that is unknown, has run out or was ended."""
    return _html(HTTPStatus.NOT_FOUND, "missing.html", missing_view(language), language)


def asset(name: str) -> dict[str, Any]:
    """A file that the pages load."""
    if name not in _ASSETS:
        return _answer(HTTPStatus.NOT_FOUND, "text/plain", "")
    kept = {"cache-control": "public, max-age=300"}
    return _answer(HTTPStatus.OK, _ASSETS[name], _content(name), kept)


@cache
def _content(name: str) -> str:
    return (_DIRECTORY / name).read_text(encoding="utf-8")


def _html(status: HTTPStatus, template: str, view: dict[str, Any], language: str) -> dict[str, Any]:
    told = {"content-language": language, "vary": "accept-language"}
    return _answer(status, "text/html", render(template, view), told)


def _answer(
    status: HTTPStatus, media_type: str, body: str, more: dict[str, str] | None = None
) -> dict[str, Any]:
    headers = {
        "content-type": f"{media_type}; charset=utf-8",
        "cache-control": "no-store",
        **_ALWAYS,
    }
    return {"statusCode": status.value, "headers": {**headers, **(more or {})}, "body": body}
