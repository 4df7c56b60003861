import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bellhop.domain.identifiers import (
    EmailId,
    contact_id,
    contact_key,
    new_attempt_id,
    parse_contact_id,
    request_hash,
)
from tests.builders import NOW, an_email_id


def test_spelling_in_another_case_is_the_same_contact():
    assert contact_key("h", "Elena@Correo.test") == contact_key("h", "elena@correo.TEST")


def test_two_hotels_never_share_a_contact():
    assert contact_key("hotel-sol", "a@b.test") != contact_key("hotel-mar", "a@b.test")


def test_tenant_and_address_cannot_be_shifted_into_each_other():
    assert contact_key("hotel", "sol@b.test") != contact_key("hotels", "ol@b.test")


def test_dots_and_plus_signs_are_different_contacts():
    assert contact_key("h", "a.b@c.test") != contact_key("h", "ab@c.test")


def test_an_email_id_gives_back_its_request_and_time():
    email_id = an_email_id(request=0xDEADBEEF12345678)
    assert email_id.request == 0xDEADBEEF12345678
    assert email_id.accepted_at == NOW
    assert EmailId.parse(str(email_id)) == email_id


@given(
    request=st.integers(0, 2**64 - 1),
    index=st.integers(0, 2**16 - 1),
    milliseconds=st.integers(0, 10**12),
)
def test_every_email_id_is_read_back_as_written(request, index, milliseconds):
    at = NOW + timedelta(milliseconds=milliseconds)
    contact = contact_key("h", "a@b.test")
    email_id = EmailId.create(contact=contact, at=at, request=request, recipient_index=index)
    assert EmailId.parse(str(email_id)) == email_id
    assert email_id.request == request


def test_two_people_who_share_a_mailbox_get_two_emails():
    contact = contact_key("h", "a@b.test")
    ids = {
        EmailId.create(contact=contact, at=NOW, request=1, recipient_index=index)
        for index in range(50)
    }
    assert len(ids) == 50


def test_later_emails_sort_after_earlier_ones():
    assert an_email_id(at=NOW).ulid < an_email_id(at=NOW + timedelta(milliseconds=1)).ulid


def test_ids_fit_an_ses_message_tag():
    for text in (str(an_email_id()), new_attempt_id(NOW)):
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", text)


@pytest.mark.parametrize("text", ["", "em_", "em_a_b", "EM_X", str(an_email_id()) + "0", "ct_1"])
def test_what_is_no_email_id_is_not_taken_for_one(text):
    assert EmailId.parse(text) is None


def test_a_contact_id_gives_back_its_key():
    key = contact_key("h", "a@b.test")
    assert parse_contact_id(contact_id(key)) == key
    assert parse_contact_id(key) is None


def test_a_key_that_looks_like_a_batch_item_is_another_request():
    item = request_hash("h", "POST /v1/emails", "key", 1)
    assert item != request_hash("h", "POST /v1/emails", "key1")
    assert item != request_hash("h", "POST /v1/emails", "key:1")


def test_a_recipient_index_beyond_16_bits_is_refused():
    with pytest.raises(ValueError, match=r"0\.\.65535, got 65536"):
        EmailId.create(contact="c", at=NOW, request=1, recipient_index=65536)
