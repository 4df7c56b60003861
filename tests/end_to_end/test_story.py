"""The demo's story, told by the mail servers and compared with the records."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest

from local.demo import newcomer
from local.demo.guests import LETTERS, SECOND_LETTERS, Letter
from local.demo.steps import PATIENCE, DemoError, left_in_queues, ops, send, send_again, settle
from tests.end_to_end.deployment import Deployment, eventually


def _tell(deployment: Deployment, *letters: Letter, patience: float = PATIENCE):
    posts = [send(deployment.crm, letter) for letter in letters]
    rows = settle(deployment.world, deployment.crm, posts, lambda _text: None, patience)
    return posts, rows


def test_every_record_says_what_the_guests_mail_server_did(deployment: Deployment) -> None:
    deployment.forget_queues()
    first_letters = [_fresh(letter, "cuento") for letter in LETTERS]
    second_letters = [_fresh(letter, "cuento") for letter in SECOND_LETTERS]
    posts, rows = _tell(deployment, *first_letters)
    send_again(deployment.crm, posts[0])
    _, second = _tell(deployment, *second_letters)
    assert [(row.letter.address, row.differences) for row in (*rows, *second)] == [
        (letter.address, []) for letter in (*first_letters, *second_letters)
    ]
    statuses = {row.record["status"] for row in (*rows, *second)}
    assert statuses == {"delivered", "bounced", "suppressed"}
    eventually(
        lambda: not left_in_queues(deployment.world, deployment.outputs),
        lambda: str(left_in_queues(deployment.world, deployment.outputs)),
    )
    taken = deployment.world.internet.transcripts.for_recipient(first_letters[0].address)
    assert len(taken) == 1


def test_a_hotel_that_nobody_deployed_brings_its_domain(deployment: Deployment) -> None:
    lines = newcomer.tell(deployment.world, deployment.crm)
    said = {line.done: line.said for line in lines}
    assert said["A campaign"].startswith("refused: ")
    assert "Paste: " in said["A DKIM record is lost"]


def _fresh(letter: Letter, detail: str) -> Letter:
    """The same guest's mailbox under a detail address, which no suppression knows."""
    local_part, _, domain = letter.address.partition("@")
    return replace(
        letter,
        address=f"{local_part}+{detail}@{domain}",
        booking=f"{letter.booking}-{detail}",
        subject=f"{letter.subject} ({detail})",
    )


@contextmanager
def _changed(servers, address: str, **fields: str):
    """A mailbox's character, changed for a while."""
    mailbox = servers.mailbox(address)
    servers.change(address, **fields)
    try:
        yield
    finally:
        servers.change(address, **{name: getattr(mailbox, name) for name in fields})


def test_a_server_that_changes_its_reply_changes_the_record(deployment: Deployment) -> None:
    letter = _fresh(LETTERS[0], "lleno")
    reply = "552 5.2.2 This mailbox is over its quota"
    servers = deployment.world.internet.servers
    with _changed(servers, LETTERS[0].address, behaviour="refuses", reply=reply):
        _, (row,) = _tell(deployment, letter)
    assert not row.differences
    assert row.record["status"] == "bounced"
    assert row.record["reason"]["code"] == "mailbox_full"
    assert reply in row.expected.story


def test_a_lost_dkim_record_shows_in_words(deployment: Deployment) -> None:
    records = deployment.client("sesv2").get_email_identity(EmailIdentity="hotel-sol.test")
    names = [f"{t}._domainkey.hotel-sol.test" for t in records["DkimAttributes"]["Tokens"]]
    dns = deployment.world.internet.dns
    for name in names:
        dns.withdraw(name, "CNAME")
    try:
        _, (row,) = _tell(deployment, _fresh(LETTERS[0], "firma"), patience=8)
    finally:
        deployment.world.publish_sender_records(deployment.outputs)
    assert any("authentication failed" in each and "dkim=fail" in each for each in row.differences)


def test_five_requests_at_once_with_one_key_send_one_email(deployment: Deployment) -> None:
    address = "elena.ruiz+cinco@correo.test"
    answers = []
    barrier = threading.Barrier(5)

    def post() -> None:
        barrier.wait()
        answers.append(deployment.post(address, key="five-at-once"))

    threads = [threading.Thread(target=post) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [202] * 5
    ids = {answer.body["emails"][0]["id"] for answer in answers}
    assert len(ids) == 1
    deployment.wait_for_status(ids.pop(), "delivered")
    eventually(lambda: deployment.messages("TransactionalQueueUrl") == 0)
    assert len(deployment.world.internet.transcripts.for_recipient(address)) == 1


def test_a_contact_answers_in_both_languages(deployment: Deployment) -> None:
    letter = _fresh(LETTERS[1], "idiomas")
    _tell(deployment, letter)
    headlines = {
        language: replace(deployment.crm, language=language)
        .post("/v1/contacts/lookup", {"address": letter.address})
        .body["headline"]
        for language in ("en", "es")
    }
    assert "address" in headlines["en"]["sentence"]
    assert "dirección" in headlines["es"]["sentence"]
    assert headlines["es"]["who"] == "Recepción"


def test_another_hotels_key_sees_nothing(deployment: Deployment) -> None:
    email_id = deployment.send("elena.ruiz+ajena@correo.test")
    record = deployment.wait_for_status(email_id, "delivered")
    key = ops(deployment.world, "keys", "create", "--tenant", "hotel-mar", "--name", "crm")
    stranger = replace(deployment.crm, key=key)
    assert stranger.get(f"/v1/emails/{email_id}").status == 404
    assert stranger.get(f"/v1/contacts/{record['contact_id']}").status == 404
    found = stranger.post("/v1/contacts/lookup", {"address": "elena.ruiz+ajena@correo.test"})
    assert found.status == 404
    foreign = stranger.post(
        "/v1/emails",
        {
            "from": {"address": "reservas@hotel-sol.test"},
            "to": [{"address": "elena.ruiz@correo.test"}],
            "subject": "s",
            "text": "t",
        },
        idempotency_key="stranger",
    )
    assert (foreign.status, foreign.body["code"]) == (422, "sender_not_found")


def test_a_revoked_key_is_refused(deployment: Deployment) -> None:
    tenant = ("--tenant", "hotel-sol")
    key = ops(deployment.world, "keys", "create", *tenant, "--name", "short-lived")
    lines = ops(deployment.world, "keys", "list", *tenant).splitlines()
    (line,) = [each for each in lines if "short-lived" in each]
    ops(deployment.world, "keys", "revoke", *tenant, line.split()[0])
    assert replace(deployment.crm, key=key).get("/v1/emails/em_1").status == 401


def test_marketing_leaves_by_its_own_lane_with_one_click_unsubscription(
    deployment: Deployment,
) -> None:
    address = "elena.ruiz+oferta@correo.test"
    record = deployment.wait_for_status(deployment.send(address, marketing=True), "delivered")
    (message,) = deployment.world.internet.mailbox(address)[-1:]
    headers, _, _ = message.raw.partition(b"\r\n\r\n")
    assert record["class"] == "marketing"
    assert b"List-Unsubscribe: <https://crm.hotel-sol.test/u/1>" in headers
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in headers
    signed = headers.lower().replace(b"\r\n", b"")
    assert b"list-unsubscribe-post" in signed.partition(b"h=")[2].partition(b";")[0]
    assert (message.verdicts.dkim, message.verdicts.dmarc) == ("pass", "pass")


def test_a_domain_is_not_taken_from_its_owner(deployment: Deployment) -> None:
    with pytest.raises(DemoError, match="belongs to another tenant"):
        ops(deployment.world, "senders", "adopt", "--tenant", "hotel-mar", "hotel-sol.test")
