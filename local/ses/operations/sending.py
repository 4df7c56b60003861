"""SendEmail: from a request to a message on its way."""

from collections.abc import Callable, Mapping
from typing import Any

from local.ses.admission import Admission, admit, used_resources
from local.ses.draft import Draft, read_draft
from local.ses.operations.call import Call, Operation, Plan, Result

Submit = Callable[[Call, Draft, Admission], str]
"""Takes an admitted message, answers its id at once and delivers it later."""


def send_email(submit: Submit) -> Operation:
    """The operation, given what becomes of an admitted message."""

    def plan(call: Call) -> Plan:
        draft = read_draft(call.parameters)

        def run() -> Result:
            return {"MessageId": submit(call, draft, admit(call.account, draft))}

        return Plan(
            run=run,
            # The configuration set is what CDK's `grantSendEmail` forgets:
            # https://github.com/aws/aws-cdk/issues/34402
            resources=used_resources(call.account, draft),
            action=_action(draft),
            context=_context(call, draft),
        )

    return plan


def _action(draft: Draft) -> str:
    """Raw content is authorised as `ses:SendRawEmail`, in the v2 API too.

    The service authorization reference does not say so; callers of the v2 API are told:
    https://github.com/aws/aws-actionmailer-ses-ruby/issues/10
    """
    return "ses:SendRawEmail" if draft.is_raw else "ses:SendEmail"


def _context(call: Call, draft: Draft) -> Mapping[str, Any]:
    """The condition keys that a policy can set on sending.

    https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html
    """
    context = {
        "ses:FromAddress": draft.sender,
        "ses:FromDisplayName": draft.source.rpartition("<")[0].strip(' "'),
        "ses:Recipients": list(draft.destination),
        "ses:FeedbackAddress": call.parameters.get("FeedbackForwardingEmailAddress"),
        "ses:TenantName": draft.tenant,
    }
    return {key: value for key, value in context.items() if value}
