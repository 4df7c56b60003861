"""Operations on email identities."""

import re
from collections.abc import Mapping

from local.ses.errors import bad_request
from local.ses.identifiers import now
from local.ses.identities import EmailIdentity, MailFrom
from local.ses.keys import SIGNING_HOSTED_ZONE, generate_set
from local.ses.operations.call import Call, Operation, Result, on_account, on_identity
from local.ses.operations.paging import page
from local.ses.verification import Verification

_DOMAIN = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])"
)
_DEFAULT_KEY_LENGTH = "RSA_2048_BIT"


def create_email_identity(call: Call) -> Result:
    """Makes an identity that is pending until its DKIM records are found.

    An address stays pending for good: its proof is a link in an email that only a person opens.
    Use its domain.
    """
    name = call.parameters["EmailIdentity"].lower()
    domain = name.rpartition("@")[2]
    if not _DOMAIN.fullmatch(domain):
        raise bad_request(f"Invalid email identity <{name}>: {domain!r} is not a domain name.")
    configuration_set = call.parameters.get("ConfigurationSetName")
    if configuration_set:
        call.account.configuration_sets.get(configuration_set)
    moment = now()
    identity = EmailIdentity(
        name=name,
        dkim_keys=generate_set(_key_length(call.parameters.get("DkimSigningAttributes", {})))
        if name == domain
        else (),
        keys_generated_at=moment,
        verification=Verification(since=moment),
        configuration_set=configuration_set,
        tags=tuple(call.parameters.get("Tags", ())),
    )
    call.account.identities.add(identity)
    call.account.publish_keys(identity.dkim_keys)
    return {
        "IdentityType": identity.type,
        "VerifiedForSendingStatus": identity.may_send,
        "DkimAttributes": _dkim_attributes(identity),
    }


def get_email_identity(call: Call) -> Result:
    """An identity as its DNS records make it now."""
    identity = call.account.looked_up(call.account.identities.get(call.parameters["EmailIdentity"]))
    verification = identity.verification
    checks = {
        "LastCheckedTimestamp": verification.checked_at,
        "LastSuccessTimestamp": verification.succeeded_at,
    }
    optional = {
        "ConfigurationSetName": identity.configuration_set,
        "MailFromAttributes": _mail_from_attributes(identity.mail_from),
    }
    return {
        "IdentityType": identity.type,
        "FeedbackForwardingStatus": identity.feedback_forwarding,
        "VerifiedForSendingStatus": identity.may_send,
        "DkimAttributes": _dkim_attributes(identity),
        "Policies": {},
        "Tags": list(identity.tags),
        "VerificationStatus": str(verification.status),
        "VerificationInfo": {name: value for name, value in checks.items() if value},
        **{name: value for name, value in optional.items() if value},
    }


def list_email_identities(call: Call) -> Result:
    """A page of identities with their state."""
    identities, token = page(call.account.identities.all(), call.parameters)
    looked_up = [call.account.looked_up(identity) for identity in identities]
    summaries = [
        {
            "IdentityType": identity.type,
            "IdentityName": identity.name,
            "SendingEnabled": identity.may_send,
            "VerificationStatus": str(identity.verification.status),
        }
        for identity in looked_up
    ]
    return {"EmailIdentities": summaries, **({"NextToken": token} if token else {})}


def delete_email_identity(call: Call) -> Result:
    """Forgets an identity that no tenant uses; its keys leave the DNS."""
    identity = call.account.identities.get(call.parameters["EmailIdentity"])
    call.account.tenants.check_unused(call.account.arn("identity", identity.name))
    removed = call.account.identities.remove(call.parameters["EmailIdentity"])
    call.account.withdraw_keys(removed.dkim_keys)
    return {}


def put_mail_from_attributes(call: Call) -> Result:
    """Sets a custom MAIL FROM domain; without one in the call, goes back to SES's own.

    It must be a subdomain of the identity.
    https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
    """
    identity = call.account.identities.get(call.parameters["EmailIdentity"])
    domain = call.parameters.get("MailFromDomain", "").lower()
    if not domain:
        call.account.identities.change(identity.name, mail_from=None)
        return {}
    parent = identity.name.rpartition("@")[2]
    if not domain.endswith(f".{parent}"):
        raise bad_request(
            f"Provided MAIL-FROM domain <{domain}> is not subdomain of the domain of the"
            f" identity <{parent}>."
        )
    mail_from = MailFrom(
        domain=domain,
        behavior_on_mx_failure=call.parameters.get("BehaviorOnMxFailure", "USE_DEFAULT_VALUE"),
        verification=Verification(since=now()),
    )
    call.account.identities.change(identity.name, mail_from=mail_from)
    return {}


def put_dkim_signing_attributes(call: Call) -> Result:
    """Starts Easy DKIM anew with new keys, and so with new records to publish."""
    if call.parameters["SigningAttributesOrigin"] != "AWS_SES":
        raise bad_request(
            f"SigningAttributesOrigin is {call.parameters['SigningAttributesOrigin']}; the local"
            " SES has Easy DKIM (AWS_SES) only."
        )
    identity = call.account.identities.get(call.parameters["EmailIdentity"])
    keys = generate_set(_key_length(call.parameters.get("SigningAttributes", {})))
    moment = now()
    changed = call.account.identities.change(
        identity.name,
        dkim_keys=keys,
        keys_generated_at=moment,
        verification=Verification(since=moment),
    )
    call.account.withdraw_keys(identity.dkim_keys)
    call.account.publish_keys(keys)
    return {
        "DkimStatus": str(changed.verification.status),
        "DkimTokens": list(changed.tokens),
        "SigningHostedZone": SIGNING_HOSTED_ZONE,
    }


def put_dkim_attributes(call: Call) -> Result:
    """Turns signing on or off."""
    enabled = call.parameters.get("SigningEnabled", False)
    call.account.identities.change(call.parameters["EmailIdentity"], signing_enabled=enabled)
    return {}


def put_feedback_attributes(call: Call) -> Result:
    """Turns forwarding of feedback by email on or off; it is only remembered here."""
    enabled = call.parameters.get("EmailForwardingEnabled", False)
    call.account.identities.change(call.parameters["EmailIdentity"], feedback_forwarding=enabled)
    return {}


def put_configuration_set_attributes(call: Call) -> Result:
    """Sets the configuration set of messages that name none."""
    name = call.parameters.get("ConfigurationSetName")
    if name:
        call.account.configuration_sets.get(name)
    call.account.identities.change(call.parameters["EmailIdentity"], configuration_set=name)
    return {}


def _key_length(attributes: Mapping[str, str]) -> str:
    if "DomainSigningPrivateKey" in attributes:
        raise bad_request(
            "DomainSigningPrivateKey is given; the local SES has Easy DKIM only, which makes keys."
        )
    return attributes.get("NextSigningKeyLength", _DEFAULT_KEY_LENGTH)


def _dkim_attributes(identity: EmailIdentity) -> Result:
    if not identity.dkim_keys:
        return {"SigningEnabled": False, "Status": "NOT_STARTED"}
    return {
        "SigningEnabled": identity.signing_enabled,
        "Status": str(identity.verification.status),
        "Tokens": list(identity.tokens),
        "SigningHostedZone": SIGNING_HOSTED_ZONE,
        "SigningAttributesOrigin": "AWS_SES",
        "NextSigningKeyLength": identity.dkim_keys[0].length,
        "CurrentSigningKeyLength": identity.dkim_keys[0].length,
        "LastKeyGenerationTimestamp": identity.keys_generated_at,
    }


def _mail_from_attributes(mail_from: MailFrom | None) -> Result | None:
    if mail_from is None:
        return None
    return {
        "MailFromDomain": mail_from.domain,
        "MailFromDomainStatus": str(mail_from.verification.status),
        "BehaviorOnMxFailure": mail_from.behavior_on_mx_failure,
    }


OPERATIONS: Mapping[str, Operation] = {
    "ListEmailIdentities": on_account(list_email_identities),
    "CreateEmailIdentity": on_identity(create_email_identity),
    "GetEmailIdentity": on_identity(get_email_identity),
    "DeleteEmailIdentity": on_identity(delete_email_identity),
    "PutEmailIdentityMailFromAttributes": on_identity(put_mail_from_attributes),
    "PutEmailIdentityDkimSigningAttributes": on_identity(put_dkim_signing_attributes),
    "PutEmailIdentityDkimAttributes": on_identity(put_dkim_attributes),
    "PutEmailIdentityFeedbackAttributes": on_identity(put_feedback_attributes),
    "PutEmailIdentityConfigurationSetAttributes": on_identity(put_configuration_set_attributes),
}
