"""Every code: how much it matters, who mends it, and what is done with the record."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from bellhop.domain.authentication.answers import Fault
from bellhop.domain.reasons import Actor


class Weight(StrEnum):
    """How much a finding matters to receivers."""

    BREAKS = "breaks"
    """Receivers reject or ignore what should vouch for the sender."""
    MISSING = "missing"
    """A record is not there; a new sender waits for it."""
    UNCLEAR = "unclear"
    """No evidence either way."""
    WARNS = "warns"
    """Works, and should be mended."""
    INFORMS = "informs"
    """Harmless; said because somebody will ask."""


class Action(StrEnum):
    """What is done with the record that a finding shows; the catalogue has a sentence for each."""

    ADD = "add"
    REPLACE = "replace"
    CORRECT = "correct"
    """Replace, but one part of it cannot be guessed."""
    MERGE = "merge"
    MOVE = "move"
    REMOVE = "remove"
    UNPROXY = "unproxy"
    REDUCE = "reduce"
    REGISTER = "register"
    AUTHORISE = "authorise"
    TIDY = "tidy"
    ASK_VENDOR = "ask_vendor"
    ASK_HOST = "ask_host"
    ASK_ANOTHER = "ask_another"
    WAIT = "wait"
    NOTHING = "nothing"


class Code(StrEnum):
    """What can be found; the catalogue says each in words under ``dns.<code>``."""

    RECORD_MISSING = "record_missing"
    RECORD_DIFFERENT = "record_different"
    WILDCARD = "wildcard"
    DOUBLED_ZONE = "doubled_zone"
    WRONG_PLACE = "wrong_place"
    RELATIVE_TARGET = "relative_target"
    PRIORITY_IN_TARGET = "priority_in_target"
    PROXIED = "proxied"
    ALIAS_IN_THE_WAY = "alias_in_the_way"
    TXT_QUOTES = "txt_quotes"
    TXT_SPACES = "txt_spaces"
    TXT_SPLIT = "txt_split"

    NAME_SERVERS_DIFFER = "name_servers_differ"

    SPF_NONE = "spf_none"
    SPF_UNRECOGNISED = "spf_unrecognised"
    SPF_MULTIPLE = "spf_multiple"
    SPF_SYNTAX = "spf_syntax"
    SPF_UNREADABLE = "spf_unreadable"
    SPF_LOOKUPS = "spf_lookups"
    SPF_VOID_LOOKUPS = "spf_void_lookups"
    SPF_MANY_MX = "spf_many_mx"
    SPF_INCLUDE_BROKEN = "spf_include_broken"
    SPF_LOOP = "spf_loop"
    SPF_PLUS_ALL = "spf_plus_all"
    SPF_NEUTRAL_ALL = "spf_neutral_all"
    SPF_NO_ALL = "spf_no_all"
    SPF_AFTER_ALL = "spf_after_all"
    SPF_PTR = "spf_ptr"
    SPF_MACRO = "spf_macro"
    SPF_EXPLICIT_PLUS = "spf_explicit_plus"
    SPF_TYPE_99 = "spf_type_99"
    SPF_LARGE = "spf_large"
    SPF_WITHOUT_SES = "spf_without_ses"
    SPF_NEEDLESS_SES = "spf_needless_ses"
    SPF_SES_UNREADABLE = "spf_ses_unreadable"

    DKIM_WRONG_TYPE = "dkim_wrong_type"
    DKIM_KEY_MISSING = "dkim_key_missing"
    DKIM_KEY_REVOKED = "dkim_key_revoked"
    DKIM_KEY_UNREADABLE = "dkim_key_unreadable"
    DKIM_KEY_SHORT = "dkim_key_short"
    DKIM_KEY_MODEST = "dkim_key_modest"
    DKIM_MULTIPLE = "dkim_multiple"
    DKIM_TESTING = "dkim_testing"
    MAIL_FROM_REGION = "mail_from_region"
    MAIL_FROM_EXTRA_MX = "mail_from_extra_mx"

    DMARC_MULTIPLE = "dmarc_multiple"
    DMARC_UNRECOGNISED = "dmarc_unrecognised"
    DMARC_SYNTAX = "dmarc_syntax"
    DMARC_EMPTY = "dmarc_empty"
    DMARC_NO_POLICY = "dmarc_no_policy"
    DMARC_POLICY_UNKNOWN = "dmarc_policy_unknown"
    DMARC_POLICY_NOT_SECOND = "dmarc_policy_not_second"
    DMARC_SUBDOMAIN_POLICY_UNKNOWN = "dmarc_subdomain_policy_unknown"
    DMARC_REPEATED_TAG = "dmarc_repeated_tag"
    DMARC_REMOVED_TAG = "dmarc_removed_tag"
    DMARC_UNKNOWN_TAG = "dmarc_unknown_tag"
    DMARC_VALUE_UNKNOWN = "dmarc_value_unknown"
    DMARC_SIZE_LIMIT = "dmarc_size_limit"
    DMARC_BAD_ADDRESS = "dmarc_bad_address"
    DMARC_NO_REPORTS = "dmarc_no_reports"
    DMARC_OUR_REPORTS = "dmarc_our_reports"
    DMARC_REPORTS_UNAUTHORISED = "dmarc_reports_unauthorised"
    DMARC_STRICT_SPF = "dmarc_strict_spf"
    DMARC_TESTING = "dmarc_testing"
    DMARC_PUBLIC_SUFFIX = "dmarc_public_suffix"
    DMARC_INHERITED = "dmarc_inherited"
    DMARC_READERS_DIFFER = "dmarc_readers_differ"

    DOMAIN_MISSING = "domain_missing"
    SPREADING = "spreading"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    LAME = "lame"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    DENIED = "denied"
    ALIAS_LOOP = "alias_loop"
    ALIAS_CHAIN = "alias_chain"


FAULT_CODES: Mapping[Fault, Code] = MappingProxyType({fault: Code(fault) for fault in Fault})
"""The code of each fault of the DNS; both have the same words."""


@dataclass(frozen=True, slots=True)
class Properties:
    """What a code means for people and for the sender's state."""

    weight: Weight
    who: Actor
    action: Action


_WEB, _NOBODY = Actor.WEB_COMPANY, Actor.NOBODY


def _breaks(action: Action, who: Actor = _WEB) -> Properties:
    return Properties(Weight.BREAKS, who, action)


def _warns(action: Action, who: Actor = _WEB) -> Properties:
    return Properties(Weight.WARNS, who, action)


def _unclear(who: Actor = _WEB, action: Action = Action.ASK_HOST) -> Properties:
    return Properties(Weight.UNCLEAR, who, action)


_INFORMS = Properties(Weight.INFORMS, _NOBODY, Action.NOTHING)

CODES: Mapping[Code, Properties] = MappingProxyType(
    {
        Code.RECORD_MISSING: Properties(Weight.MISSING, _WEB, Action.ADD),
        Code.WILDCARD: Properties(Weight.MISSING, _WEB, Action.ADD),
        Code.RECORD_DIFFERENT: _breaks(Action.REPLACE),
        Code.DOUBLED_ZONE: _breaks(Action.MOVE),
        Code.WRONG_PLACE: _breaks(Action.MOVE),
        Code.RELATIVE_TARGET: _breaks(Action.REPLACE),
        Code.PRIORITY_IN_TARGET: _breaks(Action.REPLACE),
        Code.PROXIED: _breaks(Action.UNPROXY),
        Code.ALIAS_IN_THE_WAY: _breaks(Action.REPLACE),
        Code.TXT_QUOTES: _breaks(Action.REPLACE),
        Code.TXT_SPACES: _breaks(Action.REPLACE),
        Code.TXT_SPLIT: _breaks(Action.REPLACE),
        Code.NAME_SERVERS_DIFFER: _warns(Action.ASK_HOST),
        Code.SPF_NONE: _INFORMS,
        Code.SPF_UNRECOGNISED: _breaks(Action.REPLACE),
        Code.SPF_MULTIPLE: _breaks(Action.MERGE),
        Code.SPF_SYNTAX: _breaks(Action.REPLACE),
        Code.SPF_UNREADABLE: _breaks(Action.CORRECT),
        Code.SPF_LOOKUPS: _breaks(Action.REPLACE),
        Code.SPF_VOID_LOOKUPS: _breaks(Action.REPLACE),
        Code.SPF_MANY_MX: _breaks(Action.REPLACE),
        Code.SPF_INCLUDE_BROKEN: _breaks(Action.REPLACE),
        Code.SPF_LOOP: _breaks(Action.REPLACE),
        Code.SPF_PLUS_ALL: _breaks(Action.REPLACE),
        Code.SPF_NEUTRAL_ALL: _warns(Action.REPLACE),
        Code.SPF_NO_ALL: _warns(Action.REPLACE),
        Code.SPF_AFTER_ALL: _warns(Action.REPLACE),
        Code.SPF_PTR: _warns(Action.REPLACE),
        Code.SPF_MACRO: _INFORMS,
        Code.SPF_EXPLICIT_PLUS: _INFORMS,
        Code.SPF_TYPE_99: _breaks(Action.MOVE),
        Code.SPF_LARGE: _warns(Action.TIDY),
        Code.SPF_WITHOUT_SES: _breaks(Action.REPLACE),
        Code.SPF_NEEDLESS_SES: _INFORMS,
        Code.SPF_SES_UNREADABLE: _unclear(Actor.ADMINISTRATOR, Action.WAIT),
        Code.DKIM_WRONG_TYPE: _breaks(Action.REPLACE),
        Code.DKIM_KEY_MISSING: _unclear(Actor.ADMINISTRATOR, Action.WAIT),
        Code.DKIM_KEY_REVOKED: _breaks(Action.ASK_VENDOR),
        Code.DKIM_KEY_UNREADABLE: _breaks(Action.ASK_VENDOR),
        Code.DKIM_KEY_SHORT: _breaks(Action.ASK_VENDOR),
        Code.DKIM_KEY_MODEST: _warns(Action.ASK_VENDOR),
        Code.DKIM_MULTIPLE: _breaks(Action.REMOVE),
        Code.DKIM_TESTING: _warns(Action.ASK_VENDOR),
        Code.MAIL_FROM_REGION: _breaks(Action.REPLACE),
        Code.MAIL_FROM_EXTRA_MX: _breaks(Action.REPLACE),
        Code.DMARC_MULTIPLE: _breaks(Action.MERGE),
        Code.DMARC_UNRECOGNISED: _breaks(Action.REPLACE),
        Code.DMARC_SYNTAX: _breaks(Action.REPLACE),
        Code.DMARC_EMPTY: _breaks(Action.REPLACE),
        Code.DMARC_NO_POLICY: _warns(Action.REPLACE),
        Code.DMARC_POLICY_UNKNOWN: _breaks(Action.REPLACE),
        Code.DMARC_POLICY_NOT_SECOND: _warns(Action.REPLACE),
        Code.DMARC_SUBDOMAIN_POLICY_UNKNOWN: _breaks(Action.REPLACE),
        Code.DMARC_REPEATED_TAG: _warns(Action.REPLACE),
        Code.DMARC_REMOVED_TAG: _INFORMS,
        Code.DMARC_UNKNOWN_TAG: _INFORMS,
        Code.DMARC_VALUE_UNKNOWN: _warns(Action.REPLACE),
        Code.DMARC_SIZE_LIMIT: _INFORMS,
        Code.DMARC_BAD_ADDRESS: _warns(Action.REPLACE),
        Code.DMARC_NO_REPORTS: _INFORMS,
        Code.DMARC_OUR_REPORTS: _warns(Action.REPLACE),
        Code.DMARC_REPORTS_UNAUTHORISED: _warns(Action.AUTHORISE),
        Code.DMARC_STRICT_SPF: _warns(Action.REPLACE),
        Code.DMARC_TESTING: _INFORMS,
        Code.DMARC_PUBLIC_SUFFIX: _warns(Action.REPLACE),
        Code.DMARC_INHERITED: _INFORMS,
        Code.DMARC_READERS_DIFFER: _warns(Action.ADD),
        Code.DOMAIN_MISSING: _breaks(Action.REGISTER),
        Code.SPREADING: Properties(Weight.INFORMS, _NOBODY, Action.WAIT),
        Code.SERVFAIL: _unclear(),
        Code.TIMEOUT: _unclear(),
        Code.LAME: _unclear(),
        Code.TRUNCATED: _unclear(),
        Code.MALFORMED: _unclear(),
        Code.DENIED: _unclear(Actor.ADMINISTRATOR, Action.ASK_ANOTHER),
        Code.ALIAS_LOOP: _unclear(),
        Code.ALIAS_CHAIN: _unclear(),
    }
)
"""Missing entries fail a test: every code has a row."""
