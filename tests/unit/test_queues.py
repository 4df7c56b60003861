import json

import pytest
from botocore.exceptions import EndpointConnectionError

from bellhop import queues
from bellhop.domain.emails import Mailbox
from bellhop.domain.errors import ContentTooLargeError, NotAcceptedError
from tests.builders import an_email


class FakeSqs:
    def __init__(self, failed=(), error=None) -> None:
        self.batches: list[list[dict]] = []
        self.failed, self.error = list(failed), error

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: N803, ARG002 (as boto3)
        if self.error:
            raise self.error
        self.batches.append(Entries)
        return {"Successful": [], "Failed": self.failed}


def test_an_email_comes_out_of_the_queue_as_it_went_in():
    email = an_email(reply_to=Mailbox(address="r@hotel-sol.test"), text="¡Olé! 🏨\n\x0b")
    assert queues.decode(queues.encode(email)) == email


def test_a_message_is_no_larger_than_its_text():
    email = an_email(html="é" * 1_000)
    assert (
        len(queues.encode(email).encode()) < len(queues.encode(an_email(html="")).encode()) + 2_010
    )


def test_a_message_of_another_form_is_not_guessed_at():
    value = json.loads(queues.encode(an_email())) | {"version": 2}
    with pytest.raises(ValueError, match="version 2"):
        queues.decode(json.dumps(value))


def test_batches_hold_ten_messages_at_most():
    sqs = FakeSqs()
    queues.LaneQueue(sqs, "url", 262_144).put([an_email() for _ in range(23)])
    assert [len(batch) for batch in sqs.batches] == [10, 10, 3]


def test_batches_stay_within_the_limit_together():
    sqs = FakeSqs()
    queues.LaneQueue(sqs, "url", 10_000).put([an_email(html="x" * 4_000) for _ in range(5)])
    assert [len(batch) for batch in sqs.batches] == [2, 2, 1]


def test_an_email_over_the_limit_is_told_its_size_and_the_cure():
    email = an_email(html="x" * 2_000)
    with pytest.raises(ContentTooLargeError, match=r"takes 2,\d+ bytes; 900 is the limit") as e:
        queues.LaneQueue(FakeSqs(), "url", 2_000).check_size(email)
    assert e.value.param == "/html"


@pytest.mark.parametrize(
    "sqs",
    [
        FakeSqs(failed=[{"Id": "0", "Code": "InternalError"}]),
        FakeSqs(error=EndpointConnectionError(endpoint_url="http://sqs.test")),
    ],
    ids=["refused one", "unreachable"],
)
def test_what_could_not_be_queued_is_not_accepted(sqs):
    with pytest.raises(NotAcceptedError, match="same Idempotency-Key"):
        queues.LaneQueue(sqs, "url", 262_144).put([an_email()])
