"""Identities of the local SES: they are what the DNS says they are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from local.ses import Settings
from tests.integration.local_ses import (
    CONFIGURATION_SET,
    DOMAIN,
    LocalSes,
    publish_dkim,
    publish_mail_from,
    running,
    set_up_sender,
)

IMPATIENT = Settings(verification_refresh=timedelta(0), verification_window=timedelta(0))


@pytest.fixture
def ses(tmp_path: Path) -> Iterator[LocalSes]:
    with running(tmp_path, settings=Settings(verification_refresh=timedelta(0))) as started:
        yield started


def _create(ses: LocalSes, domain: str = DOMAIN) -> list[str]:
    answer = ses.client.create_email_identity(EmailIdentity=domain)
    assert answer["IdentityType"] == "DOMAIN"
    assert answer["VerifiedForSendingStatus"] is False
    assert answer["DkimAttributes"]["Status"] == "PENDING"
    assert answer["DkimAttributes"]["CurrentSigningKeyLength"] == "RSA_2048_BIT"
    tokens: list[str] = answer["DkimAttributes"]["Tokens"]
    return tokens


def test_a_domain_is_pending_until_all_three_cnames_are_published(ses: LocalSes) -> None:
    tokens = _create(ses)
    assert len(set(tokens)) == 3
    publish_dkim(ses, DOMAIN, tokens[:2])
    assert ses.client.get_email_identity(EmailIdentity=DOMAIN)["VerificationStatus"] == "PENDING"
    publish_dkim(ses, DOMAIN, tokens)
    found = ses.client.get_email_identity(EmailIdentity=DOMAIN)
    assert found["VerificationStatus"] == found["DkimAttributes"]["Status"] == "SUCCESS"
    assert found["VerifiedForSendingStatus"] is True


def test_the_public_keys_are_where_the_cnames_point(ses: LocalSes) -> None:
    tokens = _create(ses)
    for token in tokens:
        (record,) = ses.internet.resolver().resolve(f"{token}.dkim.amazonses.com", "TXT")
        assert b"".join(record.strings).startswith(b"v=DKIM1; k=rsa; p=MIIBIjANBgkqhki")


def test_a_verified_domain_whose_records_vanish_fails_for_the_time_being(ses: LocalSes) -> None:
    tokens = _create(ses)
    publish_dkim(ses, DOMAIN, tokens)
    assert ses.client.get_email_identity(EmailIdentity=DOMAIN)["VerificationStatus"] == "SUCCESS"
    ses.internet.dns.withdraw(f"{tokens[0]}._domainkey.{DOMAIN}", "CNAME")
    broken = ses.client.get_email_identity(EmailIdentity=DOMAIN)
    assert broken["VerificationStatus"] == "TEMPORARY_FAILURE"
    assert broken["VerifiedForSendingStatus"] is True
    publish_dkim(ses, DOMAIN, tokens)
    assert ses.client.get_email_identity(EmailIdentity=DOMAIN)["VerificationStatus"] == "SUCCESS"


def test_a_domain_fails_for_good_when_the_window_is_over(tmp_path: Path) -> None:
    with running(tmp_path, settings=IMPATIENT) as ses:
        tokens = _create(ses)
        failed = ses.client.get_email_identity(EmailIdentity=DOMAIN)
        assert failed["VerificationStatus"] == "FAILED"
        publish_dkim(ses, DOMAIN, tokens)
        still = ses.client.get_email_identity(EmailIdentity=DOMAIN)
        assert still["VerificationStatus"] == "FAILED"


def test_new_keys_have_to_be_published_again(ses: LocalSes) -> None:
    old = _create(ses)
    publish_dkim(ses, DOMAIN, old)
    answer = ses.client.put_email_identity_dkim_signing_attributes(
        EmailIdentity=DOMAIN,
        SigningAttributesOrigin="AWS_SES",
        SigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
    )
    assert answer["DkimStatus"] == "PENDING"
    assert not set(answer["DkimTokens"]) & set(old)
    publish_dkim(ses, DOMAIN, answer["DkimTokens"])
    assert ses.client.get_email_identity(EmailIdentity=DOMAIN)["VerifiedForSendingStatus"] is True


def test_a_mail_from_domain_is_verified_by_its_one_mx_record(ses: LocalSes) -> None:
    _create(ses)
    domain = f"bounce.{DOMAIN}"
    ses.client.put_email_identity_mail_from_attributes(EmailIdentity=DOMAIN, MailFromDomain=domain)

    def status() -> str:
        found = ses.client.get_email_identity(EmailIdentity=DOMAIN)
        return str(found["MailFromAttributes"]["MailFromDomainStatus"])

    assert status() == "PENDING"
    ses.internet.dns.publish(domain, "MX", "10 mx1.correo.test")
    assert status() == "PENDING"
    publish_mail_from(ses, domain)
    assert status() == "SUCCESS"


def test_a_mail_from_domain_must_lie_below_the_identity(ses: LocalSes) -> None:
    _create(ses)
    with pytest.raises(ses.client.exceptions.BadRequestException, match="not subdomain"):
        ses.client.put_email_identity_mail_from_attributes(
            EmailIdentity=DOMAIN, MailFromDomain="bounce.hotel-mar.test"
        )


def test_an_identity_is_made_once_and_found_until_it_is_deleted(ses: LocalSes) -> None:
    _create(ses)
    with pytest.raises(ses.client.exceptions.AlreadyExistsException):
        ses.client.create_email_identity(EmailIdentity=DOMAIN)
    ses.client.delete_email_identity(EmailIdentity=DOMAIN)
    with pytest.raises(ses.client.exceptions.NotFoundException, match=DOMAIN):
        ses.client.get_email_identity(EmailIdentity=DOMAIN)


def test_identities_are_listed_in_pages(ses: LocalSes) -> None:
    names = ["a.hotel-mar.test", "b.hotel-mar.test", "c.hotel-mar.test"]
    for name in names:
        _create(ses, name)
    first = ses.client.list_email_identities(PageSize=2)
    rest = ses.client.list_email_identities(PageSize=2, NextToken=first["NextToken"])
    listed = [*first["EmailIdentities"], *rest["EmailIdentities"]]
    assert [identity["IdentityName"] for identity in listed] == names
    assert "NextToken" not in rest


def test_an_address_stays_pending_because_nobody_clicks_its_link(ses: LocalSes) -> None:
    ses.client.create_email_identity(EmailIdentity=f"ana@{DOMAIN}")
    found = ses.client.get_email_identity(EmailIdentity=f"ana@{DOMAIN}")
    assert found["IdentityType"] == "EMAIL_ADDRESS"
    assert found["VerifiedForSendingStatus"] is False


@pytest.mark.parametrize("name", ["not a domain", "nodots", "-bad.test", "ana@"])
def test_a_name_that_cannot_be_a_domain_is_refused(ses: LocalSes, name: str) -> None:
    with pytest.raises(ses.client.exceptions.BadRequestException, match="is not a domain name"):
        ses.client.create_email_identity(EmailIdentity=name)


def test_attributes_that_cloudformation_sets_are_remembered(ses: LocalSes) -> None:
    set_up_sender(ses)
    ses.client.put_email_identity_dkim_attributes(EmailIdentity=DOMAIN, SigningEnabled=False)
    ses.client.put_email_identity_feedback_attributes(
        EmailIdentity=DOMAIN, EmailForwardingEnabled=False
    )
    ses.client.put_email_identity_configuration_set_attributes(
        EmailIdentity=DOMAIN, ConfigurationSetName=CONFIGURATION_SET
    )
    found = ses.client.get_email_identity(EmailIdentity=DOMAIN)
    assert found["DkimAttributes"]["SigningEnabled"] is False
    assert found["FeedbackForwardingStatus"] is False
    assert found["ConfigurationSetName"] == CONFIGURATION_SET
