"""Operations by which a tenant is paused and let go on; tenants are the only entities here."""

from collections.abc import Callable, Mapping

from local.ses.characters import SendingStatus
from local.ses.operations.call import Call, Operation, Plan, Result
from local.ses.tenants import Tenant


def get_reputation_entity(call: Call) -> Result:
    """Both statuses of a tenant, and what they come to."""
    return {"ReputationEntity": _described(_tenant(call))}


def update_customer_managed_status(call: Call) -> Result:
    """Pauses a tenant or lets it go on, as far as its owner can."""
    status = SendingStatus(call.parameters["SendingStatus"])
    call.account.tenants.change(_tenant(call).name, customer_managed_status=status)
    return {}


def _tenant(call: Call) -> Tenant:
    return call.account.tenants.of_arn(call.parameters["ReputationEntityReference"])


def _described(tenant: Tenant) -> Result:
    return {
        "ReputationEntityReference": tenant.arn,
        "ReputationEntityType": "RESOURCE",
        "CustomerManagedStatus": {"Status": str(tenant.customer_managed_status)},
        "AwsSesManagedStatus": {"Status": str(tenant.ses_managed_status)},
        "SendingStatusAggregate": str(tenant.sending_status),
    }


def _on_entity(run: Callable[[Call], Result]) -> Operation:
    def plan(call: Call) -> Plan:
        return Plan(run=lambda: run(call), resources=[call.parameters["ReputationEntityReference"]])

    return plan


OPERATIONS: Mapping[str, Operation] = {
    "GetReputationEntity": _on_entity(get_reputation_entity),
    "UpdateReputationEntityCustomerManagedStatus": _on_entity(update_customer_managed_status),
}
