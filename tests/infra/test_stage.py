"""The configuration of a stage: its defaults, and errors that name the field."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra import ROOT
from infra.platforms import LAMBDA, host
from infra.stage import Encryption, IdentityOrigin, LogLevel, Stage, TlsPolicy
from infra.stage_file import STAGES, StageError, load_stage
from tests.infra.stages import read_stage

SENDER = "[[senders]]\ndomain = 'h.example'\n"


def test_an_empty_file_is_a_stage_on_aws_with_safe_defaults(tmp_path: Path) -> None:
    stage = read_stage(tmp_path, "")
    assert stage == Stage(name="trial")
    assert stage.stack_name == "Bellhop-trial"
    assert stage.data.protected
    assert stage.platform == LAMBDA
    assert stage.endpoints == {}
    assert not stage.allow_reserved_domains


def test_the_example_shows_every_setting_with_its_default(tmp_path: Path) -> None:
    example = (STAGES / "production.example.toml").read_text(encoding="utf-8")
    stage = read_stage(tmp_path, example)
    default = Stage(name="trial")
    assert stage.sending == default.sending
    assert stage.api == default.api
    assert stage.functions == default.functions
    assert stage.data == default.data
    assert replace(stage.alarms, topic_arns=()) == default.alarms
    assert [sender.identity for sender in stage.senders] == [
        IdentityOrigin.CREATE,
        IdentityOrigin.EXISTING,
    ]
    shown = {line.split(" = ")[0].strip("# ") for line in example.splitlines() if " = " in line}
    hidden = {"senders", "sending", "api", "functions", "data", "alarms", "local", "name"}
    parts = (stage.sending, stage.api, stage.functions, stage.data, stage.alarms)
    for part in (stage, stage.senders[0], *parts):
        assert set(part.__slots__) - hidden <= shown


def test_settings_become_typed_values(tmp_path: Path) -> None:
    stage = read_stage(
        tmp_path,
        """
        [sending]
        tls_policy = "require"
        [data]
        encryption = "aws_managed"
        [functions]
        log_level = "WARNING"
        [[senders]]
        domain = "hotel.example"
        tenant = "hotel-sol"
        mail_from_subdomain = "return"
        """,
    )
    assert stage.sending.tls_policy is TlsPolicy.REQUIRE
    assert stage.data.encryption is Encryption.AWS_MANAGED
    assert stage.functions.log_level is LogLevel.WARNING
    assert stage.senders[0].mail_from_domain == "return.hotel.example"


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[sending]\nmax_delivery_secs = 1", "sending.max_delivery_secs is not a setting"),
        ("[sending]\nmax_delivery_seconds = 60", "sending.max_delivery_seconds is 60; allowed is"),
        ("[sending]\nmax_delivery_seconds = 300.0", "sending.max_delivery_seconds is 300.0"),
        ("[api]\nthrottle_rate = true", "api.throttle_rate is True; allowed is a whole number"),
        ("[functions]\nsend_concurrency = 1", "functions.send_concurrency is 1; allowed is"),
        ("[functions]\nlog_retention_days = 31", "functions.log_retention_days is 31; allowed"),
        ("[functions]\nlog_level = 'debug'", "functions.log_level is 'debug'; allowed is one of"),
        ("[data]\nrecord_days = 17", "data.record_days is 17; allowed is a whole number"),
        ("[data]\nprotected = 'yes'", "data.protected is 'yes'; allowed is true or false"),
        ("data = 3", "data is 3; it has to be a table"),
        ("senders = 'hotel.example'", "senders is 'hotel.example'; it has to be a list"),
        ("[[senders]]", "senders[0].domain is missing"),
        ("[[senders]]\ndomain = 'Hotel.example'", "senders[0].domain is 'Hotel.example'"),
        ("[[senders]]\ndomain = 'hotel'", "senders[0].domain is 'hotel'; allowed is a lower-case"),
        ("[[senders]]\ndomain = 'h.example'", "senders[0].tenant is missing"),
        (SENDER + "tenant = 'Hotel Sol'", "senders[0].tenant is 'Hotel Sol'; allowed is 1 to 40"),
        (SENDER + "tenant = 'h'\nidentity = 'mine'", "senders[0].identity is 'mine'"),
        (
            (SENDER + "tenant = 'h'\n") * 2,
            "senders[1].domain is 'h.example', which an earlier sender has",
        ),
        (
            "".join(
                f"[[senders]]\ndomain = 'h{number}.example'\ntenant = 'h'\n" for number in range(31)
            ),
            "senders and sending.sandbox_recipients name 31 identities; a stage holds at most 25",
        ),
        ("[sending]\nsandbox_recipients = ['a b']", "sending.sandbox_recipients[0] is 'a b'"),
        ("[alarms]\ntopic_arns = ['on-call']", "alarms.topic_arns[0] is 'on-call'; allowed is"),
        ("account = '12345'", "account is '12345'; allowed is the 12 digits"),
        ("account = 123456789012", "account is 123456789012; allowed is the 12 digits"),
        ("region = 'Ireland'", "region is 'Ireland'; allowed is an AWS region such as"),
        ("[local]", "local.sesv2_endpoint is missing"),
        (
            "[local]\nsesv2_endpoint = 'http://127.0.0.1:1'\ndns_resolver = 'dns.test'",
            "local.dns_resolver is 'dns.test'; allowed is an IPv4 address and a port",
        ),
        ("[local]\nsesv2_endpoint = '127.0.0.1:8025'", "local.sesv2_endpoint is '127.0.0.1:8025'"),
        ("region = ", "Invalid value"),
    ],
)
def test_an_error_names_the_field_and_the_file(tmp_path: Path, toml: str, message: str) -> None:
    with pytest.raises(StageError) as caught:
        read_stage(tmp_path, toml)
    assert message in str(caught.value)
    assert str(caught.value).endswith(f"Mend it in {tmp_path / 'trial.toml'}.")


@pytest.mark.parametrize("name", ["../dev", "Dev", "production.example", "", "a" * 16, "-dev"])
def test_a_name_that_cannot_be_in_a_stack_name_is_refused(name: str) -> None:
    with pytest.raises(StageError, match="lower-case letters, digits and hyphens"):
        load_stage(name)


def test_an_unknown_stage_lists_the_known_ones() -> None:
    with pytest.raises(StageError, match="known are: dev, local"):
        load_stage("staging")


def test_the_local_stage_sends_with_the_endpoint_it_is_given() -> None:
    given = {"sesv2_endpoint": "http://127.0.0.1:4711", "dns_resolver": "127.0.0.1:4712"}
    stage = load_stage("local", endpoints=given)
    assert stage.endpoints == {
        "AWS_ENDPOINT_URL_SESV2": "http://127.0.0.1:4711",
        "BELLHOP_DNS_RESOLVER": "127.0.0.1:4712",
    }
    assert stage.platform == host()
    assert stage.allow_reserved_domains


def test_a_stage_on_aws_cannot_be_led_to_another_endpoint() -> None:
    with pytest.raises(StageError, match=r"sesv2_endpoint was passed .* no \[local\] table"):
        load_stage("dev", endpoints={"sesv2_endpoint": "http://127.0.0.1:4711"})


def test_the_application_ends_with_one_sentence_about_a_bad_stage() -> None:
    # As the CDK's command line starts it, with the context in a variable.
    environment = {**os.environ, "CDK_CONTEXT_JSON": '{"stage": "staging"}'}
    ended = subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("bellhop: stage is 'staging', which has no file; known are: dev, local.")
