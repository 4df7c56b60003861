"""SES's own list of suppressed addresses: what its answers mean for a lifting."""

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from bellhop.domain.errors import SuppressionNotLiftedError
from bellhop.ses.suppression_list import SesSuppressionList
from tests.builders import GUEST


def refusal(code):
    return ClientError({"Error": {"Code": code, "Message": GUEST}}, "DeleteSuppressedDestination")


def a_list(asked, *errors):
    answers = list(errors)

    def delete_suppressed_destination(**parameters):
        asked.append(parameters)
        if answers:
            raise answers.pop(0)

    client = SimpleNamespace(delete_suppressed_destination=delete_suppressed_destination)
    return SesSuppressionList(lambda: client)


def test_an_address_is_removed_as_it_is_spelled():
    asked = []
    a_list(asked).remove("Elena@correo.test")
    assert asked == [{"EmailAddress": "Elena@correo.test"}]


def test_an_address_that_is_not_on_the_list_is_no_error():
    asked = []
    a_list(asked, refusal("NotFoundException")).remove(GUEST)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "error",
    [
        refusal("TooManyRequestsException"),
        refusal("AccessDeniedException"),
        ReadTimeoutError(endpoint_url="https://ses.example"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_else_ses_says_asks_to_repeat(error):
    with pytest.raises(SuppressionNotLiftedError, match="Repeat the request") as raised:
        a_list([], error).remove(GUEST)
    assert GUEST not in raised.value.detail
