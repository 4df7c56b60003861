"""Several stages live in one account and region: nothing has a physical name to clash over."""

import re
from itertools import combinations
from pathlib import Path

from tests.infra.conftest import Synthesise
from tests.infra.stages import read_stage
from tests.infra.templates import Template, resources

# Properties that look like physical names, and why two stages may give them the same value.
HARMLESS = {
    ("AWS::ApiGatewayV2::Api", "Name"): "a label; the API's id tells them apart",
    ("AWS::ApiGatewayV2::Stage", "StageName"): "belongs to its API",
    ("AWS::CloudWatch::Alarm", "MetricName"): "what it watches; the queue's name tells them apart",
    ("AWS::IAM::Policy", "PolicyName"): "belongs to its role",
}


def fixed_names(template: Template) -> set[tuple[str, str, str]]:
    """Type, property and value of everything that the template names itself."""
    return {
        (resource["Type"], key, value)
        for resource in template["Resources"].values()
        for key, value in resource.get("Properties", {}).items()
        if re.fullmatch(r"\w*(Name|Identity)", key) and isinstance(value, str)
    }


def test_nothing_but_identities_and_tenants_has_a_fixed_name(
    templates: dict[str, Template],
) -> None:
    for template in templates.values():
        fixed = {(kind, key) for kind, key, _ in fixed_names(template)}
        assert fixed - set(HARMLESS) == {
            ("AWS::SES::EmailIdentity", "EmailIdentity"),
            ("AWS::SES::Tenant", "TenantName"),
        }
        assert not [each for each in template["Outputs"].values() if "Export" in each]


def test_the_stages_of_the_repository_share_no_name(templates: dict[str, Template]) -> None:
    for one, other in combinations(templates.values(), 2):
        shared = fixed_names(one) & fixed_names(other)
        assert {(kind, key) for kind, key, _ in shared} <= set(HARMLESS)


def test_a_domain_that_ses_knows_already_is_used_and_not_made(
    tmp_path: Path, synthesise: Synthesise
) -> None:
    sender = "[[senders]]\ndomain = 'hotel.example'\ntenant = 'hotel-sol'\n"
    first = read_stage(tmp_path, sender, name="first")
    second = read_stage(tmp_path, sender + "identity = 'existing'", name="second")
    templates = synthesise(first, second)
    assert len(resources(templates["first"], "AWS::SES::EmailIdentity")) == 1
    assert resources(templates["second"], "AWS::SES::EmailIdentity") == {}
    assert not [each for each in templates["second"]["Outputs"] if each.startswith("DnsRecords")]
