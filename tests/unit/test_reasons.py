"""The reasons' properties, and how the witnesses of a bounce outrank one another."""

import ast
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bellhop.domain import classify as classify_module
from bellhop.domain.classify import (
    NOT_TRIED,
    WORDINGS,
    classify,
    forget,
    said_by,
    says_null_mx,
)
from bellhop.domain.idioms import IDIOMS
from bellhop.domain.reasons import (
    REASONS,
    Actor,
    Fault,
    Reason,
    SuppressionRule,
    suppression_rule,
)
from bellhop.domain.replies import one_line, read_line, read_reply, read_status
from bench.reasons import OUR_CORPORA, Row, read_lines


def test_every_reason_has_properties() -> None:
    assert set(REASONS) == set(Reason)
    assert len(Reason) == 18


@pytest.mark.parametrize(
    ("reason", "rule"),
    [
        (Reason.USER_UNKNOWN, SuppressionRule(1)),
        (Reason.MAILBOX_DISABLED, SuppressionRule(1)),
        (Reason.ADDRESS_MOVED, SuppressionRule(1)),
        (Reason.SUPPRESSED, SuppressionRule(1)),
        (Reason.DOMAIN_UNKNOWN, SuppressionRule(2, 90)),
        (Reason.MAILBOX_FULL, SuppressionRule(5, 30)),
        (Reason.RELAY_DENIED, SuppressionRule(3, 90)),
        (Reason.SERVER_ERROR, SuppressionRule(5, 90)),
        (Reason.EXPIRED, SuppressionRule(3, 90)),
        (Reason.UNKNOWN, SuppressionRule(3, 90)),
        (Reason.MESSAGE_TOO_LARGE, SuppressionRule(0)),
        (Reason.SPAM_CONTENT, SuppressionRule(0)),
        (Reason.CONTENT_REJECTED, SuppressionRule(0)),
        (Reason.REPUTATION_BLOCKED, SuppressionRule(0)),
        (Reason.POLICY_REJECTED, SuppressionRule(0)),
        (Reason.AUTH_FAILED, SuppressionRule(0)),
        (Reason.SENDER_REJECTED, SuppressionRule(0)),
        (Reason.RATE_LIMITED, SuppressionRule(0)),
    ],
)
def test_suppression_follows_the_canonical_table(reason: Reason, rule: SuppressionRule) -> None:
    assert suppression_rule(reason) == rule


def test_a_null_mx_suppresses_at_once() -> None:
    assert suppression_rule(Reason.DOMAIN_UNKNOWN, null_mx=True) == SuppressionRule.at_once()


def test_an_unreadable_permanent_bounce_suppresses_at_once() -> None:
    assert suppression_rule(Reason.UNKNOWN, permanent=True) == SuppressionRule.at_once()


def test_only_what_lies_with_the_recipient_or_time_ever_suppresses() -> None:
    suppressing = {REASONS[reason].fault for reason in Reason if suppression_rule(reason).count}

    assert suppressing == {Fault.RECIPIENT, Fault.TEMPORARY}


def test_the_guest_is_never_sent_to_mend_our_side() -> None:
    ours = {Fault.SENDER, Fault.POLICY}

    assert Actor.GUEST not in {
        REASONS[reason].who for reason in Reason if REASONS[reason].fault in ours
    }


def test_an_impossible_rule_is_refused_with_a_way_out() -> None:
    with pytest.raises(ValueError, match=r"count=-1 and days=30; use SuppressionRule.never"):
        SuppressionRule(-1, 30)


@pytest.mark.parametrize("subtype", sorted(NOT_TRIED))
def test_what_ses_did_not_try_is_suppressed_whatever_the_status(subtype: str) -> None:
    reason = classify(bounce_type="Permanent", bounce_subtype=subtype, status="5.1.1")

    assert reason is Reason.SUPPRESSED


@pytest.mark.parametrize(
    ("bounce_type", "subtype", "expected"),
    [
        ("Permanent", "NoEmail", Reason.USER_UNKNOWN),
        ("Permanent", "General", Reason.UNKNOWN),
        ("Transient", "General", Reason.UNKNOWN),
        ("Transient", "MailboxFull", Reason.MAILBOX_FULL),
        ("Transient", "MessageTooLarge", Reason.MESSAGE_TOO_LARGE),
        ("Transient", "ContentRejected", Reason.SPAM_CONTENT),
        ("Transient", "AttachmentRejected", Reason.CONTENT_REJECTED),
        ("Transient", "CustomTimeoutExceeded", Reason.EXPIRED),
        ("Transient", "A subtype of next year", Reason.UNKNOWN),
        ("Undetermined", "Undetermined", Reason.UNKNOWN),
        ("Reject", "", Reason.CONTENT_REJECTED),
        ("", "IPFailure", Reason.REPUTATION_BLOCKED),
        ("", "TransientCommunicationFailure", Reason.EXPIRED),
    ],
)
def test_sess_summary_speaks_when_nobody_else_does(
    bounce_type: str, subtype: str, expected: Reason
) -> None:
    assert classify(bounce_type=bounce_type, bounce_subtype=subtype) is expected


def test_the_texts_own_code_beats_sess_status() -> None:
    reason = classify(bounce_type="Permanent", status="5.1.1", diagnostic="smtp; 550 5.7.26 zzz")

    assert reason is Reason.AUTH_FAILED


def test_the_texts_words_beat_sess_subtype() -> None:
    reason = classify(
        bounce_type="Transient", bounce_subtype="MailboxFull", diagnostic="smtp; 550 user unknown"
    )

    assert reason is Reason.USER_UNKNOWN


def test_words_beat_a_general_code() -> None:
    reason = classify(bounce_type="Permanent", diagnostic="smtp; 550 5.2.1 User unknown")

    assert reason is Reason.USER_UNKNOWN


def test_a_precise_code_beats_words() -> None:
    reason = classify(bounce_type="Permanent", diagnostic="smtp; 550 5.7.25 invalid recipient")

    assert reason is Reason.REPUTATION_BLOCKED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("5.1.1", Reason.USER_UNKNOWN),
        ("5.1.2", Reason.DOMAIN_UNKNOWN),
        ("5.1.6", Reason.ADDRESS_MOVED),
        ("5.1.8", Reason.SENDER_REJECTED),
        ("5.2.1", Reason.MAILBOX_DISABLED),
        ("4.2.1", Reason.RATE_LIMITED),
        ("5.2.2", Reason.MAILBOX_FULL),
        ("5.3.4", Reason.MESSAGE_TOO_LARGE),
        ("5.3.9", Reason.SERVER_ERROR),
        ("5.4.4", Reason.DOMAIN_UNKNOWN),
        ("4.4.7", Reason.EXPIRED),
        ("4.5.3", Reason.RATE_LIMITED),
        ("5.6.9", Reason.CONTENT_REJECTED),
        ("5.7.1", Reason.POLICY_REJECTED),
        ("4.7.1", Reason.RATE_LIMITED),
        ("5.7.13", Reason.MAILBOX_DISABLED),
        ("5.7.20", Reason.AUTH_FAILED),
        ("5.7.28", Reason.RATE_LIMITED),
        ("5.7.999", Reason.POLICY_REJECTED),
        ("5.0.0", Reason.UNKNOWN),
        ("5.9.9", Reason.UNKNOWN),
        ("nonsense", Reason.UNKNOWN),
    ],
)
def test_a_status_alone_is_read_by_the_registry(status: str, expected: Reason) -> None:
    assert classify(bounce_type="Permanent", status=status) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (521, Reason.DOMAIN_UNKNOWN),
        (556, Reason.DOMAIN_UNKNOWN),
        (525, Reason.MAILBOX_DISABLED),
        (551, Reason.ADDRESS_MOVED),
        (552, Reason.MAILBOX_FULL),
        (421, Reason.SERVER_ERROR),
        (450, Reason.RATE_LIMITED),
        (550, Reason.UNKNOWN),
        (554, Reason.UNKNOWN),
    ],
)
def test_a_bare_reply_code_is_the_last_resort(code: int, expected: Reason) -> None:
    assert classify(bounce_type="Permanent", diagnostic=f"smtp; {code} zzz") is expected


def test_a_delay_without_a_cause_only_asks_to_wait() -> None:
    assert classify(bounce_type="", action="delayed") is Reason.RATE_LIMITED


def test_googles_codes_are_known_by_the_domain_too() -> None:
    said = "smtp; 550 5.7.27 zzz "

    assert classify(bounce_type="Permanent", diagnostic=said) is Reason.SENDER_REJECTED
    assert (
        classify(bounce_type="Permanent", diagnostic=said, recipient_domain="Gmail.com")
        is Reason.AUTH_FAILED
    )


def test_the_cause_of_an_expiry_is_the_innermost_reply() -> None:
    expiry = "smtp; 550 4.4.7 Message expired: unable to deliver in 480 minutes.<{}>"
    inner = {
        "421 4.4.0 Unable to lookup DNS for inventado.test": Reason.DOMAIN_UNKNOWN,
        "421 4.4.1 Failed to establish connection": Reason.EXPIRED,
        "452 4.2.2 zzz": Reason.MAILBOX_FULL,
        "450 4.7.1 Client host rejected: cannot find your hostname": Reason.REPUTATION_BLOCKED,
        "451 4.3.0 zzz": Reason.SERVER_ERROR,
    }

    reasons = {
        text: classify(bounce_type="Transient", status="4.4.7", diagnostic=expiry.format(text))
        for text in inner
    }

    assert reasons == inner


def test_an_expiry_that_quotes_nobody_is_an_expiry() -> None:
    said = "smtp; 550 4.4.7 Message expired: unable to deliver in 480 minutes."

    assert classify(bounce_type="Transient", diagnostic=said) is Reason.EXPIRED


def test_several_lines_are_one_sentence() -> None:
    reply = read_reply("smtp; 550-5.1.1 The user you\r\n550-5.1.1 look for\n550 5.1.1 is unknown")

    assert reply.code == 550
    assert reply.enhanced == (5, 1, 1)
    assert reply.words == "550 the user you look for is unknown"


def test_names_are_no_statements() -> None:
    reply = read_reply(
        "smtp; 550 <spam@full-mailbox.test> [203.0.113.1] mx.relay-denied.test: see "
        "https://blocked.test/user-unknown"
    )

    assert reply.words == "550 <address> <ip> <host>: see"


def test_an_ip_address_is_no_status() -> None:
    assert read_status("host 5.1.1.10 or 203.5.7.1") is None
    assert read_status("(#5.1.1)") == (5, 1, 1)
    assert read_status("5.0.0 then 5.7.1.") == (5, 7, 1)


def test_a_null_mx_is_seen_by_code_or_words() -> None:
    assert says_null_mx(status="5.1.10")
    assert says_null_mx(diagnostic="smtp; 556 zzz")
    assert says_null_mx(diagnostic="smtp; 550 Domain has a null MX")
    assert not says_null_mx(diagnostic="smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound")
    assert not says_null_mx(status="5.1.2", diagnostic="smtp; 550 Host unknown")


@settings(deadline=None)  # the first example compiles the patterns
@given(diagnostic=st.text(max_size=300), status=st.text(max_size=12), subtype=st.text(max_size=12))
def test_nothing_that_anybody_says_raises(diagnostic: str, status: str, subtype: str) -> None:
    reason = classify(
        bounce_type="Permanent", bounce_subtype=subtype, status=status, diagnostic=diagnostic
    )

    assert reason in REASONS


@settings(deadline=None)  # the first example compiles the patterns
@given(
    words=st.lists(
        st.sampled_from(["550", "5.7.1", "user", "mailbox", "sender", "from:", "not", "unknown"])
    )
)
def test_case_and_white_space_change_nothing(words: list[str]) -> None:
    plain = classify(bounce_type="Permanent", diagnostic=" ".join(words))
    wild = classify(bounce_type="Permanent", diagnostic="\r\n\t".join(words).upper())

    assert wild is plain


def test_a_megabyte_is_read_in_no_time() -> None:
    reply = read_reply("smtp; 550 " + "user mailbox sender " * 50_000)

    assert len(reply.text) <= 2_000
    assert classify(bounce_type="Permanent", diagnostic=reply.text) in REASONS


def test_every_idiom_names_its_provider_and_source_and_a_mark_in_lower_case() -> None:
    for idiom in IDIOMS:
        assert idiom.provider
        assert idiom.source
        assert idiom.mark
        assert idiom.mark == idiom.mark.lower()


def test_every_wording_names_its_source() -> None:
    assert all(wording.source and wording.phrases for wording in WORDINGS)


def test_the_rules_import_nothing_but_the_standard_library() -> None:
    domain = Path(classify_module.__file__).parent
    names = (
        "catalogue",
        "classify",
        "glossary",
        "idioms",
        "reasons",
        "replies",
        "status_codes",
        "wordings*",
    )
    trees = [ast.parse(path.read_text()) for name in names for path in domain.glob(f"{name}.py")]
    imported = {
        module.split(".")[0]
        for tree in trees
        for node in ast.walk(tree)
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported - set(sys.stdlib_module_names) == {"bellhop"}


@given(
    row=st.sampled_from([row for path in OUR_CORPORA for row in read_lines(path)]),
    address=st.emails(),
)
def test_a_sentence_that_was_read_before_means_the_same(row: Row, address: str) -> None:
    said = row["ses_diagnosticCode"].replace("<nora@firma.test>", f"<{address}>")
    remembered = classify(bounce_type="Permanent", diagnostic=said)
    forget()

    assert classify(bounce_type="Permanent", diagnostic=said) is remembered


def test_what_is_of_one_email_only_is_no_part_of_a_sentence() -> None:
    first, second = (
        one_line(f"550-5.7.1 <{name}@firma.test> [{ip}] blocked {time} {id_} - gsmtp")
        for name, ip, time, id_ in (
            ("nora", "203.0.113.40", "2026-11-25T07:00:00.123Z", "r75si5694561wmf.156"),
            ("an.other", "198.51.100.77", "2026-11-24T23:59:59Z", "x56si6451488edb.348"),
        )
    )
    assert first.removesuffix("156 - gsmtp") == second.removesuffix("348 - gsmtp")


@pytest.mark.parametrize("path", OUR_CORPORA, ids=lambda path: path.stem)
def test_no_reason_rests_on_what_is_of_one_email_only(path: Path) -> None:
    for row in read_lines(path):
        whole = read_line(" ".join(row["ses_diagnosticCode"].lower().split()))
        line = read_line(one_line(row["ses_diagnosticCode"]))
        assert said_by(line) is said_by(whole), row
        assert line[:2] == whole[:2], row
