"""The HTTP API with everything behind it in memory."""

import json
from datetime import timedelta

import pytest

from bellhop.domain.contacts import Contact, Suppression
from bellhop.domain.emails import EmailClass
from bellhop.domain.facts import FactKind
from bellhop.domain.identifiers import EmailId, contact_id, contact_key
from bellhop.domain.keys import Scope
from bellhop.usecases.authenticate import Authenticator
from bellhop.usecases.record_event import EmailEvent, record_event
from tests.builders import GUEST, NOW, TENANT, a_fact, a_record
from tests.unit.api import EMAIL, an_api_key
from tests.unit.fakes import FakeClock, FakeKeys, FakeTenants


def test_an_accepted_email_can_be_asked_for_at_once(crm):
    status, body, _ = crm.post()
    (email,) = body["emails"]
    assert (status, email["status"]) == (202, "queued")
    assert email["contact_id"] == contact_id(contact_key(TENANT, GUEST))
    status, found, _ = crm.request("GET", email["url"])
    assert (status, found["id"], found["status"]) == (200, email["id"], "queued")


def test_a_repeated_request_says_that_it_was_replayed(crm):
    _, first, headers = crm.post()
    assert "Idempotent-Replayed" not in headers
    status, again, headers = crm.post()
    assert (status, again) == (202, first)
    assert headers["Idempotent-Replayed"] == "true"


def test_order_and_spacing_of_the_json_make_no_other_request(crm):
    _, first, _ = crm.post()
    reordered = json.dumps(dict(reversed(EMAIL.items())), indent=2)
    assert crm.post(reordered)[1] == first


def test_another_payload_under_the_same_key_is_refused(crm):
    crm.post()
    status, body, headers = crm.post(EMAIL | {"subject": "Otra"})
    assert (status, body["code"]) == (422, "idempotency_key_reused")
    assert headers["Content-Type"] == "application/problem+json"


TOO_MANY = [{"address": f"guest{number}@correo.test"} for number in range(51)]
FAULTS = {
    "unknown field": ({"subjct": "x"}, "/subjct", "unknown_field"),
    "cc": ({"cc": [{"address": GUEST}]}, "/cc", "copies_not_supported"),
    "bcc": ({"bcc": []}, "/bcc", "copies_not_supported"),
    "header injection": ({"subject": "a\r\nBcc: x@evil.test"}, "/subject", "control_character"),
    "injection by name": (
        {"from": {"address": "reservas@hotel-sol.test", "name": "a\nTo: x@evil.test"}},
        "/from/name",
        "control_character",
    ),
    "non-ASCII local part": (
        {"to": [{"address": "josé@correo.test"}]},
        "/to/0/address",
        "non_ascii_local_part",
    ),
    "no address": ({"to": [{"address": "elena"}]}, "/to/0/address", "invalid_address"),
    "nobody": ({"to": []}, "/to", "too_short"),
    "too many": ({"to": TOO_MANY}, "/to", "too_long"),
    "blank subject": ({"subject": "   "}, "/subject", "string_too_short"),
    "half a character": ({"html": "\ud83d"}, "/html", "control_character"),
    "half a character in a header": ({"subject": "\ud83d"}, "/subject", None),
    "no character": ({"html": "\uffff"}, "/html", "control_character"),
    "no content": ({"html": " "}, "", "content_missing"),
    "empty subject": ({"subject": ""}, "/subject", "string_too_short"),
    "bad locale": ({"to": [{"address": GUEST, "locale": "e$"}]}, "/to/0/locale", None),
    "bad reply_to": ({"reply_to": {"address": "@"}}, "/reply_to/address", "invalid_address"),
    "metadata of a kind": ({"metadata": {"room": 12}}, "/metadata/room", "string_type"),
}


@pytest.mark.parametrize(("change", "pointer", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_a_bad_request_is_told_the_field_and_leaves_nothing(crm, handler, change, pointer, code):
    status, body, _ = crm.post(EMAIL | change)
    assert (status, body["code"]) == (422, "invalid_request")
    (fault,) = body["errors"]
    assert fault["pointer"] == pointer
    assert fault["code"] == code or code is None
    assert not handler.requests.kept
    assert not handler.lanes[EmailClass.TRANSACTIONAL].emails


def test_every_fault_is_named_at_once(crm):
    _, body, _ = crm.post({"to": [{"address": "x"}], "subject": "a\nb", "extra": 1})
    pointers = {fault["pointer"] for fault in body["errors"]}
    assert pointers == {"/from", "/to/0/address", "/subject", "/extra"}


@pytest.mark.parametrize("key", [None, "", "x" * 256, "clé"], ids=["none", "empty", "long", "é"])
def test_a_send_needs_an_idempotency_key(crm, key):
    status, body, _ = crm.post(key=key)
    assert (status, body["code"]) == (400, "idempotency_key_invalid")
    assert "1 to 255 printable ASCII" in body["detail"]


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "", "null"], ids=repr)
def test_a_body_that_is_no_json_object_is_a_clear_4xx(crm, body):
    status, answer, _ = crm.post(body)
    assert status in {400, 422}
    assert answer["errors"]


BODIES = {
    ("POST", "/v1/emails"): EMAIL,
    ("POST", "/v1/emails/batch"): {"emails": [EMAIL]},
    ("POST", "/v1/emails/lookup"): {"reference": "B-2201"},
    ("POST", "/v1/contacts/lookup"): {"address": GUEST},
    ("DELETE", "/v1/contacts/ct_1/suppression"): {"by": "Marta", "why": "The guest called."},
    ("PATCH", "/v1/settings"): {},
    ("POST", "/v1/senders"): {"domain": "hotel-mar.test"},
}


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_an_array_is_not_taken_for_the_object_in_it(crm, handler, method, path):
    body = [BODIES[method, path]]
    status, answer, _ = crm.request(method, path, body, idempotency_key="key-1")
    assert (status, answer["code"]) == (422, "invalid_request")
    assert answer["detail"] == "the body must be one JSON object, {…}, not an array"
    assert answer["errors"][0]["pointer"] == ""
    assert not handler.requests.kept


@pytest.mark.parametrize(
    "body",
    ['{"company_domains": [], "company_domains": []}', '{"suppression": {"a": 1, "b": 2, "a": 1}}'],
)
def test_a_field_that_stands_twice_is_refused(crm, body):
    status, answer, _ = crm.request("PATCH", "/v1/settings", body)
    assert (status, answer["errors"][0]["code"]) == (422, "repeated_field")
    assert "twice in one object; give each field once" in answer["detail"]


@pytest.mark.parametrize("body", ["[]", '"{}"', "1", "0.5", "true", "null"])
def test_json_that_is_no_object_changes_no_settings(crm, body):
    assert crm.request("PATCH", "/v1/settings", body)[0] == 422


@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"],
)
def test_a_form_is_told_to_be_json(crm, media_type):
    status, body, _ = crm.post("a=b", content_type=media_type)
    assert (status, body["code"]) == (415, "unsupported_content_type")


@pytest.mark.parametrize(
    "media_type", ["APPLICATION/JSON", "application/json; charset=utf-8", None], ids=str
)
def test_media_types_ignore_case_and_parameters(crm, media_type):
    assert crm.post(content_type=media_type)[0] == 202


DEEP = {"lists": "[" * 100_000, "objects": '{"a":' * 100_000, "a long number": "1" * 5_000}


@pytest.mark.parametrize("body", DEEP.values(), ids=DEEP.keys())
def test_json_that_cannot_be_read_is_a_400(crm, body):
    status, answer, _ = crm.post(body)
    assert (status, answer["code"]) == (400, "invalid_json")
    assert answer["errors"][0]["pointer"] == ""


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("PUT", "/v1/emails", "POST"),
        ("DELETE", "/v1/emails/em_1", "GET"),
        ("POST", "/openapi.json", "GET"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(crm, method, path, allow):
    status, body, headers = crm.request(method, path)
    assert (status, body["code"], headers["Allow"]) == (405, "method_not_allowed", allow)


def test_a_sender_of_another_hotel_is_refused(crm, handler):
    status, body, _ = crm.post(EMAIL | {"from": {"address": "info@hotel-mar.test"}})
    assert (status, body["code"]) == (422, "sender_not_found")
    assert body["errors"][0]["pointer"] == "/from/address"
    assert not handler.requests.kept


def test_content_over_the_limit_is_413_with_the_field(crm):
    status, body, _ = crm.post(EMAIL | {"html": "x" * 20_000})
    assert (status, body["code"], body["errors"][0]["pointer"]) == (
        413,
        "content_too_large",
        "/html",
    )


def test_reserved_domains_are_refused_on_every_stage_but_a_local_one(crm, handler, monkeypatch):
    monkeypatch.setattr(handler, "allow_reserved_domains", False)
    status, body, _ = crm.post()
    assert (status, body["code"]) == (422, "recipient_not_accepted")
    assert body["errors"][0]["pointer"] == "/to/0/address"


def test_a_queue_that_is_down_asks_to_repeat(crm, handler):
    handler.lanes[EmailClass.TRANSACTIONAL].is_down = True
    status, body, headers = crm.post()
    assert (status, body["code"], headers["Retry-After"]) == (503, "not_accepted", "5")


def test_whoever_has_no_key_learns_nothing_else(crm):
    status, body, headers = crm.post({"nonsense": 1}, authorization=None)
    assert (status, body["code"], body["errors"]) == (401, "unauthenticated", [])
    assert headers["WWW-Authenticate"].startswith("Bearer")


def test_whoever_has_no_key_does_not_learn_which_domains_are_refused(crm, handler, monkeypatch):
    monkeypatch.setattr(handler, "allow_reserved_domains", False)
    assert crm.post(authorization=None)[0] == 401


def test_a_key_without_the_scope_is_told_which(crm, handler, monkeypatch):
    keys = FakeKeys(an_api_key(crm.key, {Scope.EMAILS_READ}))
    monkeypatch.setattr(handler, "authenticator", Authenticator(keys, FakeClock(NOW)))
    status, body, _ = crm.post()
    assert (status, body["code"]) == (403, "scope_missing")
    assert "emails:send" in body["detail"]


def test_another_hotels_email_is_not_found(crm, handler):
    record = a_record(a_fact(FactKind.DELIVERY), tenant="hotel-mar")
    handler.records.kept[record.id] = record
    assert crm.request("GET", f"/v1/emails/{record.id}")[0] == 404
    assert crm.request("GET", f"/v1/contacts/{contact_id(record.id.contact)}")[0] == 404


@pytest.mark.parametrize("path", ["/v1/emails/em_1", "/v1/contacts/ct_1", "/v1/nothing", "/"])
def test_what_is_not_there_is_a_404_in_words(crm, path):
    status, body, headers = crm.request("GET", path)
    assert status == 404
    assert body["detail"]
    assert headers["Content-Type"] == "application/problem+json"


def test_a_delivered_email_tells_its_whole_story(crm, handler):
    record = a_record(
        a_fact(FactKind.SENT, message_id="0102"),
        a_fact(FactKind.DELIVERY, minutes=1, smtp_response="250 OK"),
    )
    handler.records.kept[record.id] = record
    _, body, _ = crm.request("GET", f"/v1/emails/{record.id}")
    assert (body["status"], body["from"], body["to"]) == ("delivered", HOTEL_ADDRESS, GUEST)
    assert (body["message_id"], body["metadata"]) == ("0102", {"booking": "B-2201"})
    assert [fact["kind"] for fact in body["timeline"]] == ["sent", "delivery"]
    assert body["inbox"]["verdict"] == "unverified"


HOTEL_ADDRESS = "reservas@hotel-sol.test"


@pytest.mark.parametrize(
    ("language", "word"), [("en", "mailbox"), ("es", "buzón"), ("de", "mailbox")]
)
def test_a_contact_answers_in_the_readers_language(crm, handler, language, word):
    bounce = a_fact(FactKind.BOUNCE, reason="mailbox_full", diagnostic="552 5.2.2 full")
    record = a_record(bounce)
    handler.records.kept[record.id] = record
    status, body, headers = crm.request(
        "POST", "/v1/contacts/lookup", {"address": GUEST.upper()}, accept_language=language
    )
    assert status == 200
    assert word in body["headline"]["sentence"]
    assert body["headline"]["next_step"]
    assert body["headline"]["who"]
    assert body["reason"]["code"] == "mailbox_full"
    assert headers["Content-Language"] == ("es" if language == "es" else "en")


def test_a_contacts_emails_come_by_the_page(crm, handler):
    for number in range(5):
        email_id = EmailId.create(
            contact=contact_key(TENANT, GUEST),
            at=NOW + timedelta(minutes=number),
            request=number,
            recipient_index=0,
        )
        handler.records.kept[email_id] = a_record(a_fact(FactKind.DELIVERY), id=email_id)
    path = f"/v1/contacts/{contact_id(contact_key(TENANT, GUEST))}"
    _, first, _ = crm.request("GET", path, query="limit=2")
    _, second, _ = crm.request("GET", path, query=f"limit=3&after={first['next']}")
    found = [email["id"] for page in (first, second) for email in page["emails"]]
    assert (first["has_more"], second["has_more"], second["next"]) == (True, False, None)
    assert (first["since"], first["headline"]) == (second["since"], second["headline"])
    assert found == [str(email_id) for email_id in reversed(handler.records.kept)]


def test_the_last_delivery_is_found_behind_the_page_and_whichever_page_is_asked_for(crm, handler):
    def keep(number, *facts):
        email_id = EmailId.create(
            contact=contact_key(TENANT, GUEST),
            at=NOW + timedelta(minutes=number),
            request=number,
            recipient_index=0,
        )
        handler.records.kept[email_id] = a_record(*facts, id=email_id)

    path = f"/v1/contacts/{contact_id(contact_key(TENANT, GUEST))}"
    keep(1, a_fact(FactKind.DELIVERY, minutes=1))
    for number in range(2, 16):  # accepted first, and returned later
        keep(
            number,
            a_fact(FactKind.DELIVERY, minutes=number),
            a_fact(FactKind.BOUNCE, minutes=number + 0.5, reason="mailbox_full"),
        )
    _, first, _ = crm.request("GET", path, query="limit=3")
    _, second, _ = crm.request("GET", path, query=f"limit=3&after={first['next']}")
    assert first["last_delivered_at"] == second["last_delivered_at"] == "2026-11-24T12:01:00Z"
    keep(16, a_fact(FactKind.DELIVERY, minutes=99))
    assert crm.request("GET", path)[1]["last_delivered_at"] == "2026-11-24T13:39:00Z"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "after=!"])
def test_a_bad_page_is_refused(crm, query):
    status, body, _ = crm.request("GET", "/v1/contacts/ct_1", query=query)
    assert status == 422
    assert body["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("GET", "/v1/contacts/ct_1", "the query takes limit and after"),
        ("GET", "/v1/emails/em_1", "the query takes none here"),
        ("PATCH", "/v1/settings", "the query takes none here"),
        ("POST", "/v1/emails", "the query takes none here"),
    ],
)
def test_a_misspelt_parameter_is_named_with_those_there_are(crm, handler, method, path, known):
    body = BODIES.get((method, path))
    status, answer, _ = crm.request(method, path, body, query="aftr=x", idempotency_key="key-1")
    assert (status, answer["code"]) == (422, "invalid_request")
    (fault,) = answer["errors"]
    assert (fault["pointer"], fault["code"]) == ("/aftr", "unknown_parameter")
    assert fault["detail"] == f"is no parameter that Bellhop knows; {known}"
    assert not handler.requests.kept


def test_who_has_no_key_is_told_that_before_the_parameter(crm):
    status, *_ = crm.request("GET", "/v1/settings", query="x=1", authorization=None)
    assert status == 401


def test_the_description_lists_every_route_and_problem(crm):
    status, body, _ = crm.request("GET", "/openapi.json", authorization=None)
    assert (status, body["openapi"][:3]) == (200, "3.1")
    assert set(body["paths"]) == {
        "/v1/account",
        "/v1/emails",
        "/v1/emails/batch",
        "/v1/emails/{email_id}",
        "/v1/emails/{email_id}/cancel",
        "/v1/emails/lookup",
        "/v1/contacts/{contact}",
        "/v1/contacts/lookup",
        "/v1/contacts/{contact}/suppression",
        "/v1/senders",
        "/v1/senders/{domain}",
        "/v1/senders/{domain}/check",
        "/v1/senders/{domain}/resume",
        "/v1/senders/{domain}/link",
        "/v1/settings",
    }
    answers = body["paths"]["/v1/emails"]["post"]["responses"]
    assert {"202", "400", "401", "403", "413", "415", "422", "503"} <= set(answers)


def test_a_failure_of_ours_is_a_problem_without_details(crm, handler, monkeypatch):
    monkeypatch.setattr(handler, "lanes", None)
    status, body, _ = crm.post()
    assert (status, body["code"]) == (500, "internal_error")
    assert "NoneType" not in json.dumps(body)


def test_a_portals_alias_that_bounced_is_told_apart_from_the_guest(crm, handler):
    bounce = a_fact(FactKind.BOUNCE, reason="user_unknown", bounce_type="Permanent")
    record = a_record(bounce, address="eruiz.12@guest.booking.com")
    handler.records.kept[record.id] = record
    record_event(
        EmailEvent(email_id=record.id, fact=bounce),
        records=handler.records,
        contacts=handler.contacts,
        tenants=FakeTenants(),
    )
    _, body, _ = crm.request("GET", f"/v1/contacts/{contact_id(record.id.contact)}")
    assert body["address_class"] == "portal_alias"
    assert body["headline"]["sentence"].startswith("Booking.com no longer takes email")
    assert body["works"] == "Emails to the guest's other addresses are still sent."


def test_an_erased_contact_is_not_found_though_its_suppression_lives_on(crm, handler):
    key = contact_key(TENANT, GUEST)
    suppression = Suppression(identity="b", reason="user_unknown", at=NOW, email_id="em")
    handler.contacts.kept[key] = Contact(
        tenant=TENANT, key=key, address="", suppressions={"b": suppression}, erased_at=NOW
    )
    assert crm.request("GET", f"/v1/contacts/{contact_id(key)}")[0] == 404


UNSUBSCRIBE = "https://crm.hotel-sol.test/unsubscribe/3f9c"


def marketing(*urls):
    guests = [{"address": f"guest{n}@correo.test", "unsubscribe_url": url} for n, url in urls]
    return EMAIL | {"class": "marketing", "to": guests}


def test_marketing_takes_its_own_lane_with_each_guests_own_url(crm, handler):
    urls = [(0, f"{UNSUBSCRIBE}0"), (1, f"{UNSUBSCRIBE}1")]
    status, _, _ = crm.post(marketing(*urls))
    assert status == 202
    queued = handler.lanes[EmailClass.MARKETING].emails
    assert [email.recipient.unsubscribe_url for email in queued] == [url for _, url in urls]
    assert handler.lanes[EmailClass.TRANSACTIONAL].emails == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (marketing((0, None)), "unsubscribe_url_missing"),
        (marketing((0, "http://crm.test/u")), "string_pattern_mismatch"),
        (marketing((0, "https://crm.test/u>,<mailto:x@evil.test")), "string_pattern_mismatch"),
        (marketing((0, "https://crm.test/a b")), "string_pattern_mismatch"),
        (
            EMAIL | {"to": [{"address": GUEST, "unsubscribe_url": UNSUBSCRIBE}]},
            "unsubscribe_url_not_used",
        ),
        (EMAIL | {"class": "newsletter"}, "enum"),
    ],
)
def test_unsubscription_is_there_where_it_must_be_and_only_there(crm, handler, body, code):
    status, answer, _ = crm.post(body)
    assert (status, answer["errors"][0]["code"]) == (422, code)
    assert not handler.requests.kept
