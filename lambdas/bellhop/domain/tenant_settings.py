"""What a tenant may set for itself, and within which bounds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bellhop.domain.reasons import REASONS, Reason, SuppressionRule

COUNTED_REASONS = tuple(
    reason for reason, properties in REASONS.items() if properties.suppression.count > 1
)
"""The reasons whose bounces are counted, and whose rule a tenant may therefore set.

The others are no matter of patience: an address that does not exist is on SES's own list after its
first bounce, and a fault of ours says nothing against an address however often it is named.
"""

FEWEST_BOUNCES, MOST_BOUNCES = 2, 20
LONGEST_WINDOW = 180  # days
MOST_COMPANY_DOMAINS = 50


class Resumption(StrEnum):
    """How marketing goes on when a sender's DNS records are back."""

    BY_ITSELF = "by_itself"
    BY_CLICK = "by_click"  # POST /v1/senders/{domain}/resume


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSettings:
    """A tenant's settings; what it never set is as the tables say.

    Attributes:
        company_domains: domains of the hotel's own mail system beside its senders, in IDNA form:
            an email to a colleague there may be taken for a forgery (see ``inbox.py``).
        suppression_rules: of counted reasons, where they differ from the default.
        marketing_resumes: how marketing goes on when a sender's records are back.
    """

    company_domains: tuple[str, ...] = ()
    suppression_rules: Mapping[Reason, SuppressionRule] = field(default_factory=dict)
    marketing_resumes: Resumption = Resumption.BY_ITSELF

    def suppression_rule(self, reason: Reason) -> SuppressionRule:
        """How many bounces of a counted reason, and within which time, suppress a contact."""
        return self.suppression_rules.get(reason, REASONS[reason].suppression)
