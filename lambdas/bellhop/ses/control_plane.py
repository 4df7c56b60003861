"""SES's control plane: identities, tenants and what is associated with them.

It takes about one call a second for the whole account, so each waits for its turn; what is
throttled all the same is raised, and comes again with its queue message.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from bellhop.domain.onboarding import Action, Identity, Seen, Step, Wanted
from bellhop.domain.tenants import MADE_FOR

if TYPE_CHECKING:
    from mypy_boto3_sesv2.client import SESV2Client

# What a repeated step is told. An identity that another tenant uses by now is theirs to keep.
_HARMLESS: Mapping[Step, Collection[tuple[str, str]]] = {
    Step.CREATE_IDENTITY: {("AlreadyExistsException", "")},
    Step.CREATE_TENANT: {("AlreadyExistsException", "")},
    Step.ASSOCIATE: {("AlreadyExistsException", "")},
    Step.DISSOCIATE: {("NotFoundException", "")},
    Step.DELETE_IDENTITY: {
        ("NotFoundException", ""),
        ("BadRequestException", "has tenant associations"),
    },
}


class Pace:
    """Lets a call begin when `seconds` have passed since the last one."""

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds, self._clock, self._wait = seconds, clock, wait
        self._next = 0.0

    def __call__(self) -> None:
        """Returns when it is the next call's turn."""
        self._wait(max(0.0, self._next - self._clock()))
        self._next = self._clock() + self._seconds


class SesControl:
    """See :class:`bellhop.usecases.ports.Control`."""

    def __init__(self, client: "SESV2Client", pace: Callable[[], None]) -> None:
        self._client = client
        self._pace = pace

    def look(self, wanted: Wanted) -> Seen:
        """What is there now."""
        return Seen(
            identity=self._identity(wanted.domain), associated=self._associated(wanted.ses_tenant)
        )

    def do(self, action: Action, wanted: Wanted) -> None:
        """Takes one step; one that was taken before is no error."""
        self._pace()
        try:
            self._take(action, wanted)
        except ClientError as error:
            told = error.response["Error"]
            code, message = told.get("Code", ""), told.get("Message", "")
            if not any(
                code == name and part in message for name, part in _HARMLESS.get(action.step, ())
            ):
                raise

    def _take(self, action: Action, wanted: Wanted) -> None:
        ses, domain, tenant = self._client, wanted.domain, wanted.ses_tenant
        match action.step:
            case Step.CREATE_IDENTITY:
                ses.create_email_identity(
                    EmailIdentity=domain,
                    DkimSigningAttributes={"NextSigningKeyLength": "RSA_2048_BIT"},
                    Tags=[{"Key": MADE_FOR, "Value": tenant}],
                )
            case Step.STOP_FORWARDING:
                # Bounces come as events; by email they would land at the hotel's reception.
                ses.put_email_identity_feedback_attributes(
                    EmailIdentity=domain, EmailForwardingEnabled=False
                )
            case Step.SET_MAIL_FROM:
                # Without its MX record SES falls back to a MAIL FROM of its own: DKIM still aligns.
                ses.put_email_identity_mail_from_attributes(
                    EmailIdentity=domain,
                    MailFromDomain=wanted.mail_from,
                    BehaviorOnMxFailure="USE_DEFAULT_VALUE",
                )
            case Step.CREATE_TENANT:
                ses.create_tenant(TenantName=tenant)
            case Step.ASSOCIATE:
                ses.create_tenant_resource_association(
                    TenantName=tenant, ResourceArn=action.resource
                )
            case Step.DISSOCIATE:
                ses.delete_tenant_resource_association(
                    TenantName=tenant, ResourceArn=action.resource
                )
            case Step.DELETE_IDENTITY:
                ses.delete_email_identity(EmailIdentity=domain)

    def _identity(self, domain: str) -> Identity | None:
        self._pace()
        try:
            found: Mapping[str, Any] = self._client.get_email_identity(EmailIdentity=domain)
        except self._client.exceptions.NotFoundException:
            return None
        dkim, mail_from = found.get("DkimAttributes", {}), found.get("MailFromAttributes", {})
        # With a key of its owner's, the only "token" is its selector.
        easy = dkim.get("SigningAttributesOrigin") != "EXTERNAL"
        tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}
        return Identity(
            made_for=tags.get(MADE_FOR, ""),
            dkim=dkim.get("Status", ""),
            sends=bool(found.get("VerifiedForSendingStatus")),
            tokens=tuple(dkim.get("Tokens", ())) if easy else (),
            mail_from=mail_from.get("MailFromDomain", ""),
            mail_from_failed=mail_from.get("MailFromDomainStatus") == "FAILED",
            forwards_feedback=bool(found.get("FeedbackForwardingStatus")),
        )

    def _associated(self, tenant: str) -> frozenset[str] | None:
        """The ARNs of what the tenant may use; ``None`` if there is no such tenant."""
        pages = self._client.get_paginator("list_tenant_resources").paginate(TenantName=tenant)
        try:
            return frozenset(
                each["ResourceArn"]
                for page in self._paced(pages)
                for each in page.get("TenantResources", ())
            )
        except self._client.exceptions.NotFoundException:
            return None

    def _paced(self, pages: Iterable[Any]) -> Iterator[Any]:
        """The pages, each of which is a call."""
        self._pace()
        for page in pages:
            yield page
            if page.get("NextToken"):
                self._pace()
