"""Emails are found by the CRM's own words for a guest and a booking."""

from __future__ import annotations

from tests.end_to_end.deployment import Deployment

GUEST, BOOKING = "huesped-4711", "B-4711/2"


def test_emails_are_found_by_guest_and_by_booking(deployment: Deployment) -> None:
    addresses = ["elena.ruiz+una@correo.test", "elena.ruiz+dos@correo.test"]
    sent = [
        deployment.send(address, to=[{"address": address, "contact_ref": GUEST}], reference=BOOKING)
        for address in addresses
    ]
    for email_id in sent:
        deployment.wait_for_status(email_id, "delivered")
    by_guest = deployment.crm.post("/v1/emails/lookup", {"contact_ref": GUEST}).body
    by_booking = deployment.crm.post("/v1/emails/lookup", {"reference": BOOKING}).body
    assert by_guest == by_booking
    assert [email["id"] for email in by_guest["data"]] == sent[::-1]
    assert {email["status"] for email in by_guest["data"]} == {"delivered"}
    stranger = deployment.crms["hotel-mar.test"]
    assert stranger.post("/v1/emails/lookup", {"reference": BOOKING}).body["data"] == []
    for function in ("api", "send", "ingest"):
        assert not [line for line in deployment.log(function) if GUEST in line or BOOKING in line]
