"""One account in one region: everything that its operations read and change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import dns.resolver

from local.ses.configuration_sets import ConfigurationSets
from local.ses.identifiers import now
from local.ses.identities import EmailIdentities, EmailIdentity
from local.ses.keys import SIGNING_HOSTED_ZONE, DkimKey
from local.ses.settings import Settings
from local.ses.standing import AccountStanding, SendQuota
from local.ses.suppression import SuppressionList
from local.ses.tenants import Tenants
from local.ses.verification import Sight, look_for_dkim, look_for_mail_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The stores of one account and region, and what they need of the DNS."""

    id: str
    region: str
    settings: Settings
    standing: AccountStanding
    resolver: dns.resolver.Resolver
    publish_record: Callable[[str, str, str], None]
    """`publish_record(name, type, value)` puts a record into the DNS."""
    withdraw_record: Callable[[str, str], None]
    try_topic: Callable[[str, str], None]
    """`try_topic(topic_arn, configuration_set)` publishes SES's test message, or raises."""
    identities: EmailIdentities = field(default_factory=EmailIdentities)
    configuration_sets: ConfigurationSets = field(default_factory=ConfigurationSets)
    tenants: Tenants = field(default_factory=Tenants)
    suppression: SuppressionList = field(default_factory=SuppressionList)
    quota: SendQuota = field(default_factory=SendQuota)

    def arn(self, kind: str, name: str) -> str:
        """The ARN of an `identity`, a `configuration-set` or a `tenant`."""
        return f"arn:aws:ses:{self.region}:{self.id}:{kind}/{name}"

    def publish_keys(self, keys: tuple[DkimKey, ...]) -> None:
        """Puts the public keys where the CNAMEs of an identity point."""
        for key in keys:
            self.publish_record(f"{key.selector}.{SIGNING_HOSTED_ZONE}", "TXT", key.record)

    def withdraw_keys(self, keys: tuple[DkimKey, ...]) -> None:
        """Takes the public keys of an identity out of the DNS."""
        for key in keys:
            self.withdraw_record(f"{key.selector}.{SIGNING_HOSTED_ZONE}", "TXT")

    def looked_up(self, identity: EmailIdentity) -> EmailIdentity:
        """The identity after a look at its DNS records, if one is due.

        SES looks in the background. Here the look is made when somebody asks, so that what is
        answered is what the DNS says now.
        """
        moment = now()
        changed = {**self._dkim(identity, moment), **self._mail_from(identity, moment)}
        return self.identities.change(identity.name, **changed) if changed else identity

    def _dkim(self, identity: EmailIdentity, moment: datetime) -> dict[str, object]:
        verification = identity.verification
        if not identity.tokens or not verification.is_due(moment, self.settings):
            return {}
        sight = look_for_dkim(self.resolver, identity.name, identity.tokens)
        return {"verification": verification.after(sight, moment, self.settings)}

    def _mail_from(self, identity: EmailIdentity, moment: datetime) -> dict[str, object]:
        mail_from = identity.mail_from
        if mail_from is None or not mail_from.verification.is_due(moment, self.settings):
            return {}
        sight: Sight = look_for_mail_from(self.resolver, mail_from.domain, self.region)
        return {"mail_from": mail_from.after(sight, moment, self.settings)}
