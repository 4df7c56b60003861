"""Operations on tenants and on what they may use.

What AWS answers where its reference is silent was seen by others who asked it:
https://github.com/floci-io/floci/pull/2644, https://github.com/floci-io/floci/pull/2710
"""

from collections.abc import Callable, Mapping

from local.ses.errors import bad_request
from local.ses.identifiers import now
from local.ses.operations.call import Call, Operation, Plan, Result, on_account
from local.ses.operations.paging import page
from local.ses.tenants import Tenant


def create_tenant(call: Call) -> Result:
    """Makes a tenant that may send and has nothing to send with yet."""
    tenant = call.account.tenants.add(
        call.parameters["TenantName"],
        prefix=call.account.arn("tenant", ""),
        tags=tuple(call.parameters.get("Tags", ())),
        at=now(),
    )
    return _described(tenant)


def get_tenant(call: Call) -> Result:
    """One tenant with its sending status."""
    return {"Tenant": _described(call.account.tenants.get(call.parameters["TenantName"]))}


def list_tenants(call: Call) -> Result:
    """A page of tenants, the oldest first."""
    tenants, token = page(call.account.tenants.all(), call.parameters)
    found = [{k: v for k, v in _described(tenant).items() if k != "Tags"} for tenant in tenants]
    return {"Tenants": found, **({"NextToken": token} if token else {})}


def delete_tenant(call: Call) -> Result:
    """Forgets a tenant; what was associated with it stays."""
    call.account.tenants.remove(call.parameters["TenantName"])
    return {}


def associate(call: Call) -> Result:
    """Lets a tenant use an identity or a configuration set that exists."""
    arn = call.parameters["ResourceArn"]
    call.account.tenants.get(call.parameters["TenantName"])
    _check_exists(call, arn)
    call.account.tenants.associate(call.parameters["TenantName"], arn, now())
    return {}


def dissociate(call: Call) -> Result:
    """Ends the use of a resource."""
    call.account.tenants.dissociate(call.parameters["TenantName"], call.parameters["ResourceArn"])
    return {}


def list_tenant_resources(call: Call) -> Result:
    """A page of what a tenant may use, by ARN.

    The type is the middle of the ARN, here and in the filter: AWS does not use its own model's
    names, `EMAIL_IDENTITY` and its sisters.
    """
    tenant = call.account.tenants.get(call.parameters["TenantName"])
    wanted = call.parameters.get("Filter", {}).get("RESOURCE_TYPE")
    arns = [arn for arn in sorted(tenant.associated) if wanted in (None, _type_of(arn))]
    found, token = page(arns, call.parameters)
    resources = [{"ResourceType": _type_of(arn), "ResourceArn": arn} for arn in found]
    return {"TenantResources": resources, **({"NextToken": token} if token else {})}


def list_resource_tenants(call: Call) -> Result:
    """A page of the tenants that may use a resource."""
    arn = call.parameters["ResourceArn"]
    _check_exists(call, arn)
    found, token = page(call.account.tenants.using(arn), call.parameters)
    tenants = [
        {
            "TenantName": tenant.name,
            "TenantId": tenant.id,
            "ResourceArn": arn,
            "AssociatedTimestamp": tenant.associated[arn],
        }
        for tenant in found
    ]
    return {"ResourceTenants": tenants, **({"NextToken": token} if token else {})}


def _described(tenant: Tenant) -> Result:
    return {
        "TenantName": tenant.name,
        "TenantId": tenant.id,
        "TenantArn": tenant.arn,
        "CreatedTimestamp": tenant.created_at,
        "SendingStatus": str(tenant.sending_status),
        "Tags": list(tenant.tags),
    }


def _type_of(arn: str) -> str:
    return arn.rpartition(":")[2].partition("/")[0]


def _check_exists(call: Call, arn: str) -> None:
    """Raises ApiError for what is no resource of this account and region, or not there."""
    kind, _, name = arn.rpartition(":")[2].partition("/")
    stores: Mapping[str, Callable[[str], object]] = {
        "identity": call.account.identities.get,
        "configuration-set": call.account.configuration_sets.get,
    }
    if kind not in stores or arn != call.account.arn(kind, name):
        raise bad_request(
            f"Resource <{arn}> is not an identity or a configuration set of this account and"
            " region; the local SES has no templates."
        )
    stores[kind](name)


def _on_tenant(run: Callable[[Call], Result]) -> Operation:
    """An operation on the tenant that the call names, and on the resource if it names one.

    A tenant's ARN ends in an id that nobody can know before it exists.
    """

    def plan(call: Call) -> Plan:
        name = call.parameters["TenantName"]
        tenant = call.account.tenants.find(name)
        arn = tenant.arn if tenant else call.account.arn("tenant", f"{name}/tn-none")
        resource = call.parameters.get("ResourceArn")
        return Plan(run=lambda: run(call), resources=[arn, *([resource] if resource else [])])

    return plan


OPERATIONS: Mapping[str, Operation] = {
    "CreateTenant": on_account(create_tenant),
    "ListTenants": on_account(list_tenants),
    "ListResourceTenants": on_account(list_resource_tenants),
    "GetTenant": _on_tenant(get_tenant),
    "DeleteTenant": _on_tenant(delete_tenant),
    "CreateTenantResourceAssociation": _on_tenant(associate),
    "DeleteTenantResourceAssociation": _on_tenant(dissociate),
    "ListTenantResources": _on_tenant(list_tenant_resources),
}
