"""What an execution role allows: for the things that AWS does in a function's name."""

from __future__ import annotations

from collections.abc import Sequence

from ministack.core import iam_evaluator

from local.emulator import calls


def missing_actions(role_arn: str, actions: Sequence[str], resource: str) -> list[str]:
    """Those of ``actions`` that the role does not allow on the resource."""
    account = role_arn.split(":")[4]
    policies = iam_evaluator._gather_role_policies(role_arn.rsplit("/", 1)[-1], account)
    missing = []
    for action in actions:
        context = iam_evaluator.EvalContext(
            principal_arn=role_arn,
            principal_type="AssumedRole",
            principal_account=account,
            action=action,
            resource_arn=resource,
            region=resource.split(":")[3],
        )
        if iam_evaluator.evaluate(context, policies).decision == "Allow":
            calls.record(role_arn, action, resource)
        else:
            missing.append(action)
    return missing
