"""What SES says of an identity, as onboarding reads it."""

from __future__ import annotations

from typing import Any

import pytest

from bellhop.domain.onboarding import Identity
from bellhop.ses.control_plane import SesControl
from tests.unit.test_onboarding import WANTED


class Ses:
    """The two reads of a look."""

    class exceptions:  # noqa: N801 (botocore's name)
        NotFoundException = KeyError

    def __init__(self, identity: dict[str, Any]) -> None:
        self._identity = identity

    def get_email_identity(self, **_asked: str) -> dict[str, Any]:
        return self._identity

    def get_paginator(self, _operation: str) -> Ses:
        return self

    def paginate(self, **_asked: str) -> list[dict[str, Any]]:
        return [{"TenantResources": []}]


def identity(answer: dict[str, Any]) -> Identity:
    ses: Any = Ses(answer)
    found = SesControl(ses, pace=lambda: None).look(WANTED).identity
    assert found
    return found


@pytest.mark.parametrize(
    ("origin", "tokens"),
    [("AWS_SES", ("a", "b", "c")), ("AWS_SES_EU_WEST_1", ("a", "b", "c")), ("EXTERNAL", ())],
)
def test_the_selector_of_an_owners_key_is_no_token_of_ses(origin, tokens):
    dkim = {"SigningAttributesOrigin": origin, "Tokens": ["a", "b", "c"], "Status": "SUCCESS"}
    assert identity({"DkimAttributes": dkim}).tokens == tokens


@pytest.mark.parametrize(
    ("status", "failed"),
    [("FAILED", True), ("PENDING", False), ("TEMPORARY_FAILURE", False), ("SUCCESS", False)],
)
def test_ses_says_when_it_looks_for_a_mail_from_no_more(status, failed):
    answer = {"MailFromAttributes": {"MailFromDomain": "b.x.test", "MailFromDomainStatus": status}}
    assert identity(answer).mail_from_failed is failed
