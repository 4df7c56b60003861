"""Whether an email could prove at sending whose it was, from the DNS to the guest's card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from local.demo.steps import wait_for
from local.internet import Folder
from tests.end_to_end.deployment import Deployment

DOMAIN = "hotel-mar.test"


@contextmanager
def _without_records(deployment: Deployment, *kinds: str) -> Iterator[None]:
    """Takes a sender's DKIM and MAIL FROM records out of the DNS for a while."""
    dns, ses = deployment.world.internet.dns, deployment.client("sesv2")
    tokens = ses.get_email_identity(EmailIdentity=DOMAIN)["DkimAttributes"]["Tokens"]
    names = {
        "dkim": [(f"{token}._domainkey.{DOMAIN}", "CNAME") for token in tokens],
        "mail_from": [(f"bounce.{DOMAIN}", "MX")],
    }
    for kind in kinds:
        for name, record_type in names[kind]:
            dns.withdraw(name, record_type)
    wait_for(lambda: not set(kinds) & _found(deployment), "SES still finds the records")
    deployment.forget_alignment(DOMAIN)
    try:
        yield
    finally:
        deployment.world.publish_sender_records(deployment.outputs)
        wait_for(lambda: _found(deployment) == set(names), "SES does not find the records again")
        deployment.forget_alignment(DOMAIN)


def _found(deployment: Deployment) -> set[str]:
    identity = deployment.client("sesv2").get_email_identity(EmailIdentity=DOMAIN)
    states = {
        "dkim": identity["DkimAttributes"]["Status"],
        "mail_from": identity["MailFromAttributes"]["MailFromDomainStatus"],
    }
    return {kind for kind, state in states.items() if state == "SUCCESS"}


@pytest.mark.parametrize(
    ("lost", "verdict", "doubts"),
    [
        ((), "unverified", []),
        (("mail_from",), "unverified", []),
        (("dkim", "mail_from"), "doubtful", ["not_aligned"]),
    ],
    ids=["all in order", "without MAIL FROM", "without both"],
)
def test_a_record_remembers_what_tied_the_email_to_its_sender(
    deployment: Deployment, lost: tuple[str, ...], verdict: str, doubts: list[str]
) -> None:
    address = f"info+{'.'.join(lost) or 'todo'}@hosting-web.test"  # takes what is not authentic
    with _without_records(deployment, *lost):
        email_id = deployment.send(address, domain=DOMAIN)
        alignment = deployment.alignment(email_id, DOMAIN)
    assert alignment is not None
    assert (alignment["dkim"], alignment["spf"]) == ("dkim" not in lost, "mail_from" not in lost)
    record = deployment.crms[DOMAIN].get(f"/v1/emails/{email_id}").body
    assert (record["inbox"]["verdict"], record["inbox"]["doubts"]) == (verdict, doubts)
    (message,) = deployment.world.internet.mailbox(address)[-1:]
    assert (message.verdicts.dmarc == "pass") is (not doubts)
    if doubts:
        assert record["advice"]["who"] == "Your web company"


def test_the_hotels_own_gateway_is_named_and_its_administrator_told_what_to_do(
    deployment: Deployment,
) -> None:
    address = "recepcion+aviso@hotel-sol.test"
    record = deployment.wait_for_status(deployment.send(address), "delivered")
    (message,) = deployment.world.internet.mailbox(address)[-1:]
    assert message.folder is Folder.QUARANTINE
    assert (record["inbox"]["verdict"], record["inbox"]["doubts"]) == (
        "doubtful",
        ["same_organisation"],
    )
    assert record["gateway"]["name"] == "Mimecast"  # by nothing but its reply over SMTP
    assert "Anti-Spoofing SPF based Bypass for hotel-sol.test" in record["gateway"]["hint"]
