"""A sender whose DNS records go stops its marketing, says which record is gone, and recovers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from local.demo.steps import ops
from tests.end_to_end.deployment import Deployment, eventually

DOMAIN = "hotel-mar.test"
PATH = f"/v1/senders/{DOMAIN}"


def test_a_sender_is_watched_from_its_adoption_on(deployment: Deployment) -> None:
    eventually(lambda: authentication(deployment).get("standing") == "verified")


def test_a_sender_that_breaks_stops_its_marketing_and_recovers(deployment: Deployment) -> None:
    with without_signature(deployment) as record:
        shown = authentication(deployment)
        assert (shown["standing"], shown["stops_marketing"]) == ("degraded", True)
        (finding,) = shown["findings"]
        assert (finding["code"], finding["record"]["value"]) == ("record_missing", record["value"])
        assert shown["changes"][0]["before"] == [record["value"]]
        refused = deployment.post("elena.ruiz@correo.test", domain=DOMAIN, marketing=True)
        assert (refused.status, refused.body["code"]) == (422, "sender_degraded")
        assert deployment.post("elena.ruiz+mar@correo.test", domain=DOMAIN).status == 202
        before = _looked_at(deployment)
        ops(deployment.world, "senders", "adopt", "--tenant", "hotel-mar", DOMAIN)
        assert authentication(deployment)["stops_marketing"], "adopting it again is no cure"
        eventually(lambda: _looked_at(deployment) > before)
    assert authentication(deployment)["standing"] == "verified"
    again = deployment.post("elena.ruiz+mar@correo.test", domain=DOMAIN, marketing=True)
    assert again.status == 202


@contextmanager
def without_signature(deployment: Deployment) -> Iterator[dict[str, Any]]:
    """The hotel has lost a DKIM record, and three looks in a row have seen that."""
    look(deployment)
    assert authentication(deployment)["standing"] == "verified"
    record = deployment.crms[DOMAIN].get(PATH).body["records"][0]
    dns = deployment.world.internet.dns
    dns.withdraw(record["name"], record["type"])
    try:
        eventually(lambda: falls(deployment))
        yield record
    finally:
        dns.publish(record["name"], record["type"], record["value"])
        look(deployment)


def falls(deployment: Deployment) -> bool:
    """Looks once more; whether that was one proof too many."""
    look(deployment)
    return bool(authentication(deployment)["standing"] == "degraded")


def look(deployment: Deployment) -> None:
    """Asks for a look at the hotel's DNS, and waits until it is over."""
    before = _looked_at(deployment)
    deployment.crms[DOMAIN].post(f"{PATH}/check", {})
    eventually(lambda: _looked_at(deployment) > before)


def authentication(deployment: Deployment) -> dict[str, Any]:
    """What the API says of the hotel's DNS; empty before the first look."""
    return deployment.crms[DOMAIN].get(PATH).body["authentication"] or {}


def _looked_at(deployment: Deployment) -> str:
    return str(authentication(deployment).get("checked_at", ""))
