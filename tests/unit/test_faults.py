"""What is wrong with a field is said with its limit, what was given, and what to do."""

import pytest

from tests.builders import GUEST
from tests.unit.api import EMAIL

AS_TIME = "write it with its time zone, such as 2027-03-01T15:00:00+01:00"
FAULTS = [
    ({"to": [{"address": GUEST}] * 51}, "to has 51 entries; 50 are the most"),
    ({"to": []}, "to has 0 entries, and needs 1 at least"),
    ({"to": GUEST}, f"to must be a list, […], not '{GUEST}'"),
    ({"to": [GUEST]}, f"to.0 must be an object, {{…}}, not '{GUEST}'"),
    ({"subject": "x" * 501}, "subject has 501 characters; 500 are the most: shorten it"),
    ({"subject": "  "}, "subject has 0 characters, and needs 1 at least"),
    ({"html": None}, "html must be text in quotes, not null"),
    ({"metadata": {f"k{i}": "v" for i in range(21)}}, "metadata has 21 entries; 20 are the most"),
    ({"metadata": {"room": 12}}, "metadata.room must be text in quotes, not 12"),
    ({"class": "urgent"}, "class is 'urgent'; give 'transactional' or 'marketing'"),
    ({"not_after": "tomorrow"}, f"not_after is 'tomorrow', which is no time; {AS_TIME}"),
    (
        {"not_after": "2026-11-30T10:00:00"},
        f"not_after is '2026-11-30T10:00:00', which has no time zone; {AS_TIME}",
    ),
    ({"resend_of": "123"}, "resend_of is '123', which does not match ^em_"),
    ({"sujet": "x"}, "sujet is not a field that Bellhop knows"),
]


@pytest.mark.parametrize(("changes", "detail"), FAULTS, ids=lambda each: str(each)[:30])
def test_a_fault_says_the_limit_what_was_given_and_what_to_do(crm, handler, changes, detail):
    status, answer, _ = crm.post({**EMAIL, **changes})
    assert (status, answer["code"]) == (422, "invalid_request")
    assert answer["detail"].startswith(detail)
    assert not handler.requests.kept


def test_a_missing_field_and_a_number_beyond_its_limit(crm):
    missing = {name: value for name, value in EMAIL.items() if name != "from"}
    assert crm.post(missing)[1]["detail"] == "from is missing; give it"
    too_many = {"reference": "B-2201", "limit": 1000}
    assert (
        crm.request("POST", "/v1/emails/lookup", too_many)[1]["detail"]
        == "limit is 1000; 100 is the most"
    )
