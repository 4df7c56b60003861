"""Tenants: what may be used together, and whether it may send now.

https://docs.aws.amazon.com/ses/latest/dg/tenants.html
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock
from typing import Any

from local.ses.characters import SendingStatus, TenantCharacter, load_tenants
from local.ses.errors import already_exists, bad_request, not_found

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_STRONGEST_FIRST = (SendingStatus.DISABLED, SendingStatus.REINSTATED, SendingStatus.ENABLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """One tenant; two statuses decide whether it sends, its owner's and SES's own."""

    name: str
    arn: str
    created_at: datetime
    tags: tuple[dict[str, Any], ...] = ()
    customer_managed_status: SendingStatus = SendingStatus.ENABLED
    ses_managed_status: SendingStatus = SendingStatus.ENABLED
    associated: Mapping[str, datetime] = field(default_factory=dict)
    """Since when a resource is associated, by its ARN."""

    @property
    def id(self) -> str:
        """`tn-` and 32 hexadecimal digits: the end of the ARN, other for each new tenant."""
        return self.arn.rpartition("/")[2]

    @property
    def sending_status(self) -> SendingStatus:
        """What the two come to: either one alone can stop it."""
        both = {self.customer_managed_status, self.ses_managed_status}
        return next(status for status in _STRONGEST_FIRST if status in both)


class Tenants:
    """The tenants of one account and region, by name."""

    def __init__(self) -> None:
        self._tenants: dict[str, Tenant] = {}
        self._known = load_tenants()
        self._lock = RLock()

    def add(
        self, name: str, *, prefix: str, tags: tuple[dict[str, Any], ...], at: datetime
    ) -> Tenant:
        """Keeps a new one; `prefix` is its ARN up to the name.

        Raises ApiError `AlreadyExistsException`, or `BadRequestException` for such a name.
        """
        if not _NAME.fullmatch(name):
            raise bad_request(
                f"Tenant name <{name}> is invalid: it has 1 to 64 letters, digits, hyphens and"
                " underscores."
            )
        with self._lock:
            if name in self._tenants:
                raise already_exists(f"Tenant with name {name} already exists.")
            arn = f"{prefix}{name}/tn-{secrets.token_hex(16)}"
            self._tenants[name] = Tenant(name=name, arn=arn, created_at=at, tags=tags)
            return self._tenants[name]

    def find(self, name: str) -> Tenant | None:
        """The tenant, or None."""
        with self._lock:
            return self._tenants.get(name)

    def get(self, name: str) -> Tenant:
        """The tenant; raises ApiError `NotFoundException`."""
        found = self.find(name)
        if found is None:
            raise not_found(f"Tenant <{name}> does not exist.")
        return found

    def of_arn(self, arn: str) -> Tenant:
        """The tenant; raises ApiError `NotFoundException`."""
        for tenant in self.all():
            if tenant.arn == arn:
                return tenant
        raise not_found(f"Reputation entity <{arn}> does not exist.")

    def all(self) -> list[Tenant]:
        """Every tenant, the oldest first."""
        with self._lock:
            return sorted(self._tenants.values(), key=lambda each: (each.created_at, each.name))

    def remove(self, name: str) -> None:
        """Forgets a tenant and its associations; raises ApiError `NotFoundException`."""
        with self._lock:
            del self._tenants[self.get(name).name]

    def become(self, name: str, character: str) -> None:
        """Takes the statuses of a row of data/tenants.toml; raises KeyError for one without."""
        if character not in self._known:
            raise KeyError(f"no tenant is {character!r}; the rows are {sorted(self._known)}")
        row: TenantCharacter = self._known[character]
        self.change(
            name,
            customer_managed_status=row.customer_managed_status,
            ses_managed_status=row.ses_managed_status,
        )

    def change(self, name: str, **fields: Any) -> Tenant:
        """Replaces fields of a tenant; raises ApiError `NotFoundException`."""
        with self._lock:
            self._tenants[name] = replace(self.get(name), **fields)
            return self._tenants[name]

    def associate(self, name: str, arn: str, at: datetime) -> None:
        """Lets the tenant use a resource; raises ApiError when it may already."""
        with self._lock:
            tenant = self.get(name)
            if arn in tenant.associated:
                raise already_exists(
                    f"Resources {arn} has already been associated with tenant {name}"
                )
            self.change(name, associated={**tenant.associated, arn: at})

    def dissociate(self, name: str, arn: str) -> None:
        """Ends that; a resource that is not associated is none of AWS's errors."""
        with self._lock:
            kept = {each: at for each, at in self.get(name).associated.items() if each != arn}
            self.change(name, associated=kept)

    def using(self, arn: str) -> list[Tenant]:
        """The tenants with which a resource is associated, in the order in which it was."""
        found = [tenant for tenant in self.all() if arn in tenant.associated]
        return sorted(found, key=lambda tenant: tenant.associated[arn])

    def check_unused(self, arn: str) -> None:
        """Raises ApiError `BadRequestException` for a resource that a tenant still uses.

        https://github.com/ekristen/aws-nuke/issues/962
        """
        if self.using(arn):
            raise bad_request(
                f"Cannot delete <{arn}> because it has tenant associations. Remove all tenant"
                " associations and try again."
            )
