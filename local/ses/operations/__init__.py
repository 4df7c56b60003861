"""The operations that the local SES offers, each a row in a table of its module."""

from collections.abc import Mapping

from local.ses.operations import (
    accounts,
    configuration_sets,
    email_identities,
    reputation_entities,
    suppressed_destinations,
    tenants,
)
from local.ses.operations.call import Operation
from local.ses.operations.sending import Submit, send_email


def operations(submit: Submit) -> Mapping[str, Operation]:
    """Every operation by its name in the API; `submit` is what SendEmail ends in."""
    return {
        **accounts.OPERATIONS,
        **configuration_sets.OPERATIONS,
        **email_identities.OPERATIONS,
        **reputation_entities.OPERATIONS,
        **suppressed_destinations.OPERATIONS,
        **tenants.OPERATIONS,
        "SendEmail": send_email(submit),
    }
