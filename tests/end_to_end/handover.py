"""Private links to senders' pages, as a CRM makes them and an agency's browser follows them."""

from __future__ import annotations

from urllib.error import HTTPError
from urllib.request import urlopen

from local.demo.crm import Crm


def new_link(crm: Crm, domain: str) -> str:
    """The URL of a link to a sender's page; older ones end, for a sender has five at most."""
    path = f"/v1/senders/{domain}/link"
    crm.delete(path)
    return str(crm.post(path, {}).body["url"])


def open_page(url: str) -> int:
    """The status that a link is answered with."""
    try:
        with urlopen(url, timeout=35) as response:  # noqa: S310 (our own URL)
            return int(response.status)
    except HTTPError as error:
        return error.code
