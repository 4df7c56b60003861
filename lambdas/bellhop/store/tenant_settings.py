"""What a tenant set for itself: ``T#<tenant>`` / ``META``."""

from collections.abc import Mapping, Sequence

from pynamodb.expressions.update import Action

from bellhop.domain.reasons import Reason, SuppressionRule
from bellhop.domain.tenant_settings import Resumption, TenantSettings
from bellhop.store.table import TenantItem

_SORT_KEY = "META"


class TenantSettingsStore:
    """The tenants' settings."""

    def get(self, tenant: str) -> TenantSettings:
        """See :meth:`bellhop.usecases.ports.TenantSettingsItems.get`."""
        try:
            return _settings(TenantItem.get(f"T#{tenant}", _SORT_KEY, consistent_read=True))
        except TenantItem.DoesNotExist:
            return TenantSettings()

    def change(
        self,
        tenant: str,
        *,
        company_domains: Sequence[str] | None = None,
        suppression_rules: Mapping[Reason, SuppressionRule] | None = None,
        marketing_resumes: Resumption | None = None,
    ) -> TenantSettings:
        """See :meth:`bellhop.usecases.ports.TenantSettingsItems.change`."""
        actions: list[Action] = [TenantItem.tenant.set(tenant)]
        if company_domains is not None:
            actions.append(TenantItem.company_domains.set(list(company_domains)))
        if suppression_rules is not None:
            rules = {reason.value: _value(rule) for reason, rule in suppression_rules.items()}
            actions.append(TenantItem.suppression_rules.set(rules))
        if marketing_resumes is not None:
            actions.append(TenantItem.marketing_resumes.set(marketing_resumes.value))
        item = TenantItem(f"T#{tenant}", _SORT_KEY)
        item.update(actions=actions)
        return _settings(item)


def _settings(item: TenantItem) -> TenantSettings:
    rules = item.suppression_rules or {}
    return TenantSettings(
        company_domains=tuple(item.company_domains or ()),
        suppression_rules={Reason(reason): _rule(value) for reason, value in rules.items()},
        marketing_resumes=Resumption(item.marketing_resumes or Resumption.BY_ITSELF),
    )


def _value(rule: SuppressionRule) -> dict[str, int]:
    return {"count": rule.count, "days": rule.days}


def _rule(value: Mapping[str, int]) -> SuppressionRule:
    return SuppressionRule.after(value["count"], value["days"])
