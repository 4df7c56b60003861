"""What the guide for developers shows works as it says."""

import json
import re
from pathlib import Path

import pytest

from bellhop.web.problems import STATUS_OF

GUIDE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
ONE, BATCH, LOOKUP = (
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)
)


def test_its_email_is_accepted_and_its_repetition_has_the_same_ids(crm):
    status, first, _ = crm.request("POST", "/v1/emails", ONE, idempotency_key="confirmation-B-2201")
    assert status == 202
    _, again, _ = crm.request("POST", "/v1/emails", ONE, idempotency_key="confirmation-B-2201")
    assert again == first


def test_its_batch_is_accepted_in_any_order(crm):
    items = [*BATCH["emails"]]
    _, first, _ = crm.request("POST", "/v1/emails/batch", BATCH, idempotency_key="a")
    turned = {"emails": items[::-1]}
    _, again, _ = crm.request("POST", "/v1/emails/batch", turned, idempotency_key="b")
    assert [item["result"] for item in first["items"]] == ["accepted", "accepted"]
    assert [item["emails"] for item in again["items"]] == [
        item["emails"] for item in first["items"][::-1]
    ]


def test_a_key_belongs_to_its_route(crm):
    item = {name: value for name, value in BATCH["emails"][0].items() if name != "idempotency_key"}
    _, batch, _ = crm.request("POST", "/v1/emails/batch", BATCH, idempotency_key="a")
    _, one, _ = crm.request("POST", "/v1/emails", item, idempotency_key="arrival-B-2201")
    assert one["emails"][0]["id"] != batch["items"][0]["emails"][0]["id"]


def test_its_look_up_is_understood(crm):
    status, found, _ = crm.request("POST", "/v1/emails/lookup", LOOKUP)
    assert (status, found) == (200, {"data": [], "has_more": False, "next": None})


def test_the_codes_that_it_names_exist():
    codes = {error.code for error in STATUS_OF}
    row = next(line for line in GUIDE.splitlines() if line.startswith("| 422 `sender_not_found`"))
    named = {"idempotency_key_reused", *re.findall(r"`(\w+)`", row)}
    assert named <= codes


@pytest.mark.parametrize("refused", [{"subject": ""}, {"to": []}])
def test_the_key_of_what_is_refused_is_still_free(crm, refused):
    assert crm.request("POST", "/v1/emails", ONE | refused, idempotency_key="k")[0] == 422
    assert crm.request("POST", "/v1/emails", ONE, idempotency_key="k")[0] == 202
