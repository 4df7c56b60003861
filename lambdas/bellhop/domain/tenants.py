"""Whose SES tenant an email is sent under: each hotel has one of its own."""

# A stage's and a tenant's name have no underscore, so no two pairs share a name.
_SEPARATOR = "_"

MADE_FOR = "bellhop-tenant"
"""The tag of an SES identity that Bellhop made at run time; its value is the SES tenant it is for.
"""


def ses_tenant(stage: str, tenant: str) -> str:
    """The name of a tenant in SES, which several stages of one account share.

    ``stage`` has up to 15 characters and ``tenant`` up to 40, which SES's 64 hold.
    """
    return _SEPARATOR.join(("bellhop", stage, tenant))


def ses_tenants(stage: str) -> str:
    """The pattern of a stage's SES tenants, for a condition of IAM's."""
    return ses_tenant(stage, "*")
