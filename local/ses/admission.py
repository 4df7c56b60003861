"""What must be true before SES takes a message; each check is one function in one table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from local.ses.account import Account
from local.ses.characters import Enforcement, SendingStatus
from local.ses.configuration_sets import ConfigurationSet
from local.ses.draft import Draft
from local.ses.errors import ApiError, bad_request, message_rejected, not_found
from local.ses.identities import EmailIdentity
from local.ses.simulator import is_simulated


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What was found out about an admitted message."""

    identity: EmailIdentity
    configuration_set: ConfigurationSet | None
    mail_from_domain: str


def admit(account: Account, draft: Draft) -> Admission:
    """Checks everything; raises ApiError for the first thing that is wrong.

    The quota comes last, as only a message that is taken uses it up.
    """
    for check in _CHECKS:
        check(account, draft)
    identity = _verified_identity(account, draft)
    name = draft.configuration_set or identity.configuration_set
    admission = Admission(
        identity=identity,
        configuration_set=_usable_configuration_set(account, name) if name else None,
        mail_from_domain=_mail_from_domain(account, identity),
    )
    simulated = sum(map(is_simulated, draft.destination))
    recipients = len(draft.destination)
    account.quota.take(account.standing.now, recipients=recipients, simulated=simulated)
    return admission


def covering_identity(account: Account, address: str) -> EmailIdentity | None:
    """The most specific identity of an address that may send, or failing that one that may not."""
    found = [account.looked_up(identity) for identity in account.identities.covering(address)]
    verified = (identity for identity in found if identity.may_send)
    return next(verified, found[0] if found else None)


def used_resources(account: Account, draft: Draft) -> list[str]:
    """The ARNs of the sender's identity and, where there is one, of the configuration set."""
    identity = covering_identity(account, draft.sender)
    arns = [account.arn("identity", identity.name if identity else draft.sender)]
    name = draft.configuration_set or (identity.configuration_set if identity else None)
    return [*arns, account.arn("configuration-set", name)] if name else arns


def default_mail_from(region: str) -> str:
    """SES's own MAIL FROM domain of a region."""
    return "amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"


def _has_recipients(account: Account, draft: Draft) -> None:
    count, limit = len(draft.destination), account.settings.max_recipients
    if count == 0:
        raise bad_request("The message has no recipient: Destination must name at least one.")
    if count > limit:
        raise message_rejected(f"Recipient count exceeds {limit}.")


def _is_small_enough(account: Account, draft: Draft) -> None:
    size, limit = len(draft.raw), account.settings.max_message_bytes
    if size > limit:
        raise message_rejected(f"Message length is more than {limit} bytes long: '{size}'.")


def _may_send_at_all(account: Account, _draft: Draft) -> None:
    standing = account.standing.now
    if standing.enforcement_status is Enforcement.SHUTDOWN:
        raise ApiError(
            "AccountSuspendedException", "The account's ability to send email is suspended."
        )
    if not standing.sending_enabled:
        raise ApiError("SendingPausedException", "Email sending is disabled for your account.")


def _may_send_as_tenant(account: Account, draft: Draft) -> None:
    """The tenant's sender and configuration set must be its own, and it must not be paused.

    The words of the first two are AWS's; with which error it answers for a paused tenant nobody
    has told: https://github.com/floci-io/floci/pull/2815
    """
    if draft.tenant is None:
        return
    tenant = account.tenants.find(draft.tenant)
    if tenant is None:
        raise not_found(f"Tenant {draft.tenant} for AwsAccountId {account.id} not found.")
    missing = [arn for arn in used_resources(account, draft) if arn not in tenant.associated]
    if missing:
        raise ApiError(
            "AccessDeniedException", f"Tenant not associated with resources [{', '.join(missing)}]."
        )
    if tenant.sending_status is SendingStatus.DISABLED:
        raise ApiError(
            "SendingPausedException", f"Email sending is disabled for tenant <{tenant.name}>."
        )


_CHECKS: Sequence[Callable[[Account, Draft], None]] = (
    _may_send_at_all,
    _may_send_as_tenant,
    _has_recipients,
    _is_small_enough,
)


def _verified_identity(account: Account, draft: Draft) -> EmailIdentity:
    """The sender's; in the sandbox every recipient must be verified too.

    https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html
    """
    addresses = [*draft.senders, *_recipients_to_verify(account, draft)]
    covering = {address: covering_identity(account, address) for address in addresses}
    failed = [a for a, identity in covering.items() if not identity or not identity.may_send]
    if failed:
        raise message_rejected(
            "Email address is not verified. The following identities failed the check in region"
            f" {account.region.upper()}: {', '.join(failed)}"
        )
    identity = covering[draft.sender]
    assert identity is not None
    return identity


def _recipients_to_verify(account: Account, draft: Draft) -> list[str]:
    if account.standing.now.production_access:
        return []
    return [address for address in draft.destination if not is_simulated(address)]


def _usable_configuration_set(account: Account, name: str) -> ConfigurationSet:
    found = account.configuration_sets.get(name)
    if not found.option("SendingOptions", "SendingEnabled", True):
        raise ApiError(
            "SendingPausedException", f"Email sending is disabled for configuration set <{name}>."
        )
    return found


def _mail_from_domain(account: Account, identity: EmailIdentity) -> str:
    mail_from = identity.mail_from
    if identity.usable_mail_from:
        return identity.usable_mail_from
    if mail_from and mail_from.behavior_on_mx_failure == "REJECT_MESSAGE":
        raise ApiError(
            "MailFromDomainNotVerifiedException",
            f"The MAIL FROM domain <{mail_from.domain}> is not verified:"
            " its MX record was not found.",
        )
    return default_mail_from(account.region)
