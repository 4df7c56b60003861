"""The sending domains: what SES is asked for, and what their owners are told to publish."""

import json
from pathlib import Path

from infra.stage_file import load_stage
from tests.infra.conftest import Synthesise
from tests.infra.stages import read_stage
from tests.infra.templates import LANES, Template, only, resources, statements, text

SENDER = "[[senders]]\ndomain = '{}'\ntenant = '{}'\n"


def test_an_identity_has_easy_dkim_and_a_mail_from_of_its_own(template: Template) -> None:
    _, identity = only(template, "AWS::SES::EmailIdentity")
    assert identity["EmailIdentity"] == "hotel.example"
    assert identity["DkimSigningAttributes"] == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert identity["MailFromAttributes"] == {
        "MailFromDomain": "bounce.hotel.example",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    }
    assert identity["FeedbackAttributes"] == {"EmailForwardingEnabled": False}


def test_the_output_lists_the_records_to_publish(template: Template) -> None:
    logical_id, _ = only(template, "AWS::SES::EmailIdentity")
    (output,) = [
        each["Value"] for name, each in template["Outputs"].items() if name.startswith("DnsRecords")
    ]
    records = json.loads(text(output))
    dkim = [
        {
            "name": f"${{{logical_id}.DkimDNSTokenName{number}}}",
            "type": "CNAME",
            "value": f"${{{logical_id}.DkimDNSTokenValue{number}}}",
        }
        for number in (1, 2, 3)
    ]
    mail_from = "bounce.hotel.example"
    assert records == [
        *dkim,
        {"name": mail_from, "type": "MX", "value": "10 feedback-smtp.eu-west-1.amazonses.com"},
        {"name": mail_from, "type": "TXT", "value": "v=spf1 include:amazonses.com ~all"},
        {"name": "_dmarc.hotel.example", "type": "TXT", "value": "v=DMARC1; p=none"},
    ]


def test_every_domain_has_its_own_output(templates: dict[str, Template]) -> None:
    outputs = [name for name in templates["local"]["Outputs"] if name.startswith("DnsRecords")]
    assert len(outputs) == len(load_stage("local").senders) == 2


def test_domains_that_differ_in_punctuation_only_do_not_collide(
    tmp_path: Path, synthesise: Synthesise
) -> None:
    domains = ["a-b.example", "ab.example", "a.b.example"]
    stage = read_stage(tmp_path, "".join(SENDER.format(each, "hotel-sol") for each in domains))
    template = synthesise(stage)["trial"]
    identities = resources(template, "AWS::SES::EmailIdentity").values()
    assert [each["EmailIdentity"] for each in identities] == domains


def test_a_sandboxed_account_may_mail_its_verified_recipients(
    tmp_path: Path, synthesise: Synthesise
) -> None:
    stage = read_stage(tmp_path, "[sending]\nsandbox_recipients = ['me@hotel.example']")
    template = synthesise(stage)["trial"]
    (sending,) = [each for each in statements(template, "send") if each["Sid"] == "SendEmails"]
    recipient, *configuration_sets = sending["Resource"]
    assert text(recipient).endswith(":identity/me@hotel.example")
    assert len(configuration_sets) == len(LANES)
    assert all(":configuration-set/" in text(each) for each in configuration_sets)


def test_each_hotel_is_a_tenant_with_its_domains_and_every_configuration_set(
    tmp_path: Path, synthesise: Synthesise
) -> None:
    senders = {"sol.example": "hotel-sol", "mar.example": "hotel-mar", "sol2.example": "hotel-sol"}
    text_of_stage = "".join(SENDER.format(*each) for each in senders.items())
    template = synthesise(read_stage(tmp_path, text_of_stage))["trial"]
    identities = {
        each["Properties"]["EmailIdentity"]: logical_id
        for logical_id, each in template["Resources"].items()
        if each["Type"] == "AWS::SES::EmailIdentity"
    }
    tenants = {
        each["Properties"]["TenantName"]: each
        for each in template["Resources"].values()
        if each["Type"] == "AWS::SES::Tenant"
    }
    assert set(tenants) == {"bellhop_trial_hotel-sol", "bellhop_trial_hotel-mar"}
    sol = tenants["bellhop_trial_hotel-sol"]
    arns = [text(each["ResourceArn"]) for each in sol["Properties"]["ResourceAssociations"]]
    assert [arn.rpartition(":")[2] for arn in arns[:2]] == [
        "identity/sol.example",
        "identity/sol2.example",
    ]
    assert len(arns[2:]) == len(LANES)
    assert all(":configuration-set/" in arn for arn in arns[2:])
    assert sorted(sol["DependsOn"]) == sorted(
        [identities["sol.example"], identities["sol2.example"]]
    )
