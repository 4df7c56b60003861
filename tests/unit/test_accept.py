from dataclasses import replace
from datetime import timedelta

import pytest

from bellhop.domain.emails import EmailClass
from bellhop.domain.errors import (
    ContentTooLargeError,
    IdempotencyKeyReusedError,
    NotAcceptedError,
    SenderDegradedError,
    SenderNotFoundError,
    SenderNotVerifiedError,
)
from bellhop.domain.senders import Sender, SenderState
from bellhop.usecases.accept import Acceptance, Acceptor, Submission, single
from tests.builders import NOW, TENANT, a_request
from tests.unit.fakes import FakeClock, FakeLane, FakeRecords, FakeRequests, FakeSenders


def a_sender(state=SenderState.VERIFIED, tenant=TENANT) -> Sender:
    return Sender(tenant=tenant, domain="hotel-sol.test", state=state, checked_at=NOW)


class Api:
    def __init__(self, *senders: Sender) -> None:
        self.senders = FakeSenders(*(senders or (a_sender(),)))
        self.requests, self.lane, self.records = FakeRequests(), FakeLane(), FakeRecords()
        self.clock = FakeClock(NOW)
        self.kept: list[int] = []

    def post(self, request, *, key="key-1", payload="hash-1", tenant=TENANT) -> Acceptance:
        return self.acceptor.accept(
            Submission(
                tenant=tenant, request=request, key=single(tenant, key), payload_hash=payload
            )
        )

    @property
    def acceptor(self) -> Acceptor:
        return Acceptor(
            senders=self.senders,
            requests=self.requests,
            records=self.records,
            lanes=dict.fromkeys(EmailClass, self.lane),
            clock=self.clock,
            kept=self.kept.append,
            allow_reserved_domains=True,
        )

    def left_nothing(self) -> bool:
        return not self.requests.kept and not self.lane.emails


def test_each_recipient_gets_an_email_of_their_own():
    api = Api()
    acceptance = api.post(a_request("a@x.test", "b@x.test"))
    assert [email.id for email in api.lane.emails] == list(acceptance.email_ids)
    assert [e.recipient.mailbox.address for e in api.lane.emails] == ["a@x.test", "b@x.test"]


def test_a_repeated_request_names_the_same_emails():
    api = Api()
    first = api.post(a_request())
    api.clock.pass_time(hours=71)
    again = api.post(a_request())
    assert (first.replayed, again.replayed) == (False, True)
    assert again.email_ids == first.email_ids


def test_a_crash_before_the_queue_is_mended_by_repeating():
    api = Api()
    api.lane.is_down = True
    with pytest.raises(NotAcceptedError):
        api.post(a_request())
    api.lane.is_down = False
    acceptance = api.post(a_request())
    assert [email.id for email in api.lane.emails] == list(acceptance.email_ids)


def test_the_same_key_with_another_payload_is_refused():
    api = Api()
    api.post(a_request())
    with pytest.raises(IdempotencyKeyReusedError, match="Use a new key"):
        api.post(a_request(subject="Otra cosa"), payload="hash-2")
    assert len(api.lane.emails) == 1


def test_a_key_is_free_again_after_its_time():
    api = Api()
    first = api.post(a_request())
    api.clock.pass_time(hours=72)
    second = api.post(a_request(), payload="hash-2")
    assert not second.replayed
    assert second.email_ids != first.email_ids


def test_two_tenants_may_use_the_same_key():
    api = Api(a_sender(), a_sender(tenant="hotel-mar"))
    assert api.post(a_request()).email_ids != api.post(a_request(), tenant="hotel-mar").email_ids


def test_nobody_sends_from_another_hotels_domain():
    api = Api(a_sender(tenant="hotel-mar"))
    with pytest.raises(SenderNotFoundError) as caught:
        api.post(a_request())
    assert caught.value.param == "/from/address"
    assert api.left_nothing()


def test_a_pending_sender_is_told_to_wait_for_dns():
    api = Api(a_sender(SenderState.PENDING))
    with pytest.raises(SenderNotVerifiedError, match="72 hours"):
        api.post(a_request())
    assert api.left_nothing()


def test_marketing_stops_for_a_sender_whose_records_are_gone_and_bookings_go_on():
    api = Api(replace(a_sender(), stops_marketing=True))
    with pytest.raises(SenderDegradedError, match="GET /v1/senders/hotel") as caught:
        api.post(a_request(email_class=EmailClass.MARKETING))
    assert caught.value.param == "/from/address"
    assert api.left_nothing()
    assert api.post(a_request()).email_ids


def test_content_that_does_not_fit_leaves_nothing_behind():
    api = Api()
    with pytest.raises(ContentTooLargeError):
        api.post(a_request(html="x" * (api.lane.limit + 1)))
    assert api.left_nothing()


def test_an_email_is_valid_for_72_hours_from_its_acceptance():
    api = Api()
    api.post(a_request())
    assert api.lane.emails[0].not_after == NOW + timedelta(hours=72)


def test_what_was_accepted_stays_accepted_when_its_sender_breaks():
    api = Api()
    first = api.post(a_request())
    api.senders = FakeSenders(a_sender(SenderState.PENDING))
    again = api.post(a_request())
    assert (again.replayed, again.email_ids) == (True, first.email_ids)
    with pytest.raises(SenderNotVerifiedError):
        api.post(a_request(), key="key-2")


def test_what_is_accepted_only_when_it_is_repeated_counts_once():
    api, request = Api(), a_request("a@x.test", "b@x.test")
    api.lane.is_down = True
    with pytest.raises(NotAcceptedError):
        api.post(request)
    api.lane.is_down = False
    for _ in range(2):
        assert api.post(request).replayed
    assert api.kept == [2]
