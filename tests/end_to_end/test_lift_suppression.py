"""Try once more: a bounced guest is suppressed, somebody lifts it, the next email arrives."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.deployment import Deployment, eventually

MAILBOX = "noexiste@correo.test"
GUEST = "NoExiste+levantar@correo.test"  # SES keeps the spelling, and removes only the same
BODY = {"by": "Marta, recepción", "why": "La huésped ha corregido su buzón"}


def _is_on_ses_list(deployment: Deployment) -> bool:
    ses = deployment.client("sesv2")
    try:
        ses.get_suppressed_destination(EmailAddress=GUEST)
    except ses.exceptions.NotFoundException:
        return False
    return True


def _card(deployment: Deployment, domain: str) -> dict[str, Any]:
    return deployment.crms[domain].post("/v1/contacts/lookup", {"address": GUEST}).body


@pytest.fixture
def corrected_mailbox(deployment: Deployment) -> Any:
    """Makes the guest's mailbox take email from now on; undone afterwards."""
    servers = deployment.world.internet.servers
    before = servers.mailbox(MAILBOX)
    assert before
    yield lambda: servers.change(MAILBOX, behaviour="accepts", reply="")
    servers.change(MAILBOX, behaviour=before.behaviour, reply=before.reply)


def test_a_bounced_guest_is_tried_once_more_and_gets_the_email(
    deployment: Deployment, corrected_mailbox: Any
) -> None:
    bounced = deployment.wait_for_status(deployment.send(GUEST), "bounced")
    path = f"/v1/contacts/{bounced['contact_id']}/suppression"
    eventually(lambda: _card(deployment, "hotel-sol.test")["suppression"])
    assert _is_on_ses_list(deployment)
    deployment.wait_for_status(deployment.send(GUEST), "suppressed")

    # Another hotel's guest with the same mailbox: SES's list is the account's.
    elsewhere = deployment.crms["hotel-mar.test"]
    assert elsewhere.delete(path, BODY).status == 404
    deployment.send(GUEST, domain="hotel-mar.test")
    eventually(lambda: _card(deployment, "hotel-mar.test").get("suppression"))

    lifted = deployment.crm.delete(path, BODY)
    assert (lifted.status, lifted.body["suppression"]) == (200, None)
    assert deployment.crm.delete(path, BODY).body == lifted.body
    assert not _is_on_ses_list(deployment)
    assert _card(deployment, "hotel-mar.test")["suppression"]["reason"] == "suppressed"

    corrected_mailbox()
    deployment.wait_for_status(deployment.send(GUEST), "delivered")
    card = _card(deployment, "hotel-sol.test")
    assert (card["status"], card["suppression"]) == ("delivered", None)
    (lifting,) = card["liftings"]
    assert (lifting["by"], lifting["why"], lifting["reason"]) == (*BODY.values(), "user_unknown")
    assert not [line for line in deployment.log("api") if "levantar" in line.lower()]
