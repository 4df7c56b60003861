"""What a view gives back, with the headers that keep hostile content harmless."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere."""
MAIL_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
"""A guest's email: its own styles, no scripts, nothing fetched. It holds outside the frame too."""

_templates = Environment(
    loader=PackageLoader("local.page"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class PageError(Exception):
    """A request that cannot be answered: the status, and a sentence."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer over HTTP."""

    body: bytes = b""
    status: HTTPStatus = HTTPStatus.OK
    media_type: str = "text/html; charset=utf-8"
    policy: str = PAGE_POLICY
    headers: Mapping[str, str] = field(default_factory=dict)

    def all_headers(self) -> dict[str, str]:
        return {
            "Content-Type": self.media_type,
            "Content-Length": str(len(self.body)),
            "Content-Security-Policy": self.policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
            **self.headers,
        }


def page(template: str, *, status: HTTPStatus = HTTPStatus.OK, **values: Any) -> Response:
    """A template of templates/ with its values, which are escaped there."""
    text = _templates.get_template(f"{template}.html").render(values)
    return Response(status=status, body=text.encode("utf-8", "replace"))


def redirect(path: str) -> Response:
    """See other: what follows a form that was posted."""
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": path})


def failure(status: HTTPStatus, sentence: str) -> Response:
    """A page that says what went wrong."""
    return page("failure", status=status, title=status.phrase, sentence=sentence)
