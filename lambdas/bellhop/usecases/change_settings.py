"""Changes what a tenant set for itself."""

from collections.abc import Callable, Mapping, Sequence

from bellhop.domain.errors import SettingRefusedError
from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.tenant_settings import COUNTED_REASONS, Resumption, TenantSettings
from bellhop.usecases.ports import TenantSettingsItems


def change_settings(
    tenant: str,
    *,
    company_domains: Sequence[str] | None,
    suppression_rules: Mapping[Reason, SuppressionRule] | None,
    marketing_resumes: Resumption | None = None,
    items: TenantSettingsItems,
    organisational_domain: Callable[[str], str | None],
) -> TenantSettings:
    """Replaces the settings that are given and leaves the others; says how all are now.

    Args:
        company_domains: in IDNA form.
        suppression_rules: within the bounds of ``domain/tenant_settings.py``.
        organisational_domain: see :func:`bellhop.domain.inbox.inbox_of`.

    Raises:
        SettingRefusedError: something given could have no effect; nothing was changed.
    """
    for index, domain in enumerate(company_domains or ()):
        if organisational_domain(domain) is None:
            raise SettingRefusedError(
                f"{domain} belongs to no company: anybody may register a name below it. Give the "
                "hotel's own domain, such as hotel-sol.com.",
                param=f"/company_domains/{index}",
            )
    for reason in suppression_rules or ():
        if reason not in COUNTED_REASONS:
            raise SettingRefusedError(
                f"Bounces of the reason {reason} are not counted: they suppress at once or never. "
                f"A rule can be set for {', '.join(COUNTED_REASONS)}.",
                param=f"/suppression/{reason}",
            )
    return items.change(
        tenant,
        company_domains=company_domains,
        suppression_rules=suppression_rules,
        marketing_resumes=marketing_resumes,
    )
