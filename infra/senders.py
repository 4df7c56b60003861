"""The SES identities of the stage's sending domains, and the DNS records to publish for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.stage import IdentityOrigin, Sender, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """A record that the owner of a domain publishes; its fields may be CloudFormation tokens."""

    name: str
    type: str
    value: str

    def as_json(self) -> Mapping[str, str]:
        """The record as the stack's output spells it."""
        return {"name": self.name, "type": self.type, "value": self.value}


class Senders(Construct):
    """Every sending domain of the stage.

    Hotels that come later are onboarded at run time, without a deployment: these are the domains
    that the stage is born with.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        # By domain, in the order of the stage's file; of the domains whose identity this stack
        # makes.
        self.dns_records: dict[str, list[DnsRecord]] = {}
        self.identities: dict[str, ses.EmailIdentity] = {}
        self.identity_arns = [self.identity_arn(sender) for sender in stage.senders]
        for sender in stage.senders:
            if sender.identity is IdentityOrigin.CREATE:
                identity = self._create(sender)
                self.identities[sender.domain] = identity
                self.dns_records[sender.domain] = self._records(sender, identity)
        self.sandbox_recipient_arns = [self._arn(each) for each in stage.sending.sandbox_recipients]

    @property
    def identities_arn(self) -> str:
        """The ARN of an identity up to its name."""
        return self._arn("")

    def identity_arn(self, sender: Sender) -> str:
        """The ARN of a sender's identity, whoever made it."""
        return self._arn(sender.domain)

    def _create(self, sender: Sender) -> ses.EmailIdentity:
        return ses.EmailIdentity(
            self,
            sender.domain,
            identity=ses.Identity.domain(sender.domain),
            dkim_identity=ses.DkimIdentity.easy_dkim(ses.EasyDkimSigningKeyLength.RSA_2048_BIT),
            mail_from_domain=sender.mail_from_domain,
            # Without its MX record SES falls back to a MAIL FROM of its own: DKIM still aligns, so
            # the email still passes DMARC. Refusing to send would be worse.
            mail_from_behavior_on_mx_failure=ses.MailFromBehaviorOnMxFailure.USE_DEFAULT_VALUE,
            # Bounces and complaints come as events; by email they would land at the hotel's
            # reception.
            feedback_forwarding=False,
        )

    def _records(self, sender: Sender, identity: ses.EmailIdentity) -> list[DnsRecord]:
        return [*_dkim_records(identity), *self._mail_from_records(sender), _dmarc_record(sender)]

    def _mail_from_records(self, sender: Sender) -> list[DnsRecord]:
        # https://docs.aws.amazon.com/ses/latest/dg/mail-from.html: exactly one MX record, this one.
        feedback = f"10 feedback-smtp.{Stack.of(self).region}.amazonses.com"
        return [
            DnsRecord(name=sender.mail_from_domain, type="MX", value=feedback),
            DnsRecord(
                name=sender.mail_from_domain, type="TXT", value="v=spf1 include:amazonses.com ~all"
            ),
        ]

    def _arn(self, identity: str) -> str:
        return Stack.of(self).format_arn(service="ses", resource="identity", resource_name=identity)


def _dkim_records(identity: ses.EmailIdentity) -> list[DnsRecord]:
    # Easy DKIM: SES keeps the keys and rotates them behind these three names.
    # https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html
    return [
        DnsRecord(name=record.name, type="CNAME", value=record.value)
        for record in identity.dkim_records
    ]


def _dmarc_record(sender: Sender) -> DnsRecord:
    return DnsRecord(name=f"_dmarc.{sender.domain}", type="TXT", value=sender.dmarc_record)
