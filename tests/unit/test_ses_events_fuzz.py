"""Real events, bent at random: each becomes facts that the table takes, or is refused in words."""

import copy
import json
import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bellhop.domain.errors import UnreadableEventError
from bellhop.domain.suppression import demand_of
from bellhop.ses.events import read_event
from bellhop.store.record_codec import fact_value
from tests.builders import GUEST, NOW, an_email_id
from tests.stories import STORIES, Attempt

# What a map's key may have, and what one fact may add to an item of 400 KB at most.
LONGEST_IDENTITY, LONGEST_FACT, LONGEST_REASON = 120, 8_000, 256

EVENTS = sorted(
    {
        event
        for story in STORIES
        for event in Attempt(
            email_id=an_email_id(), address=GUEST, attempt="at_1", sent_at=NOW
        ).tell(story)
    }
)


HALF = re.compile(r"\\ud[89a-f]")


def nested(depth):
    value = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


TEXTS = st.text(max_size=30) | st.sampled_from(
    [
        "",
        "\ud800",
        "\x00",
        "x" * 300_000,
        "日" * 5000,
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-11-24T12:00:01",
        "2026-W48-2",
        "x@" * 500,
        "em_" + "z" * 26 + "_" + "z" * 26,
    ]
)
NUMBERS = st.sampled_from([0, -1, 10**400, 1e308, float("nan"), float("inf")]) | st.integers()
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
VALUES = SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(TEXTS, SCALARS, max_size=3)
BENT = VALUES | st.sampled_from([[], {}, [[]], [{}], nested(50), [{"emailAddress": GUEST}] * 60])


def places(value, path=()):
    """Every place in a JSON value but the outermost."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in inner:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from places(each, (*path, key))


@st.composite
def bodies(draw):
    """An event with up to four places dropped, replaced, wrapped or extended, as SNS brings it."""
    event = json.loads(draw(st.sampled_from(EVENTS)))
    if draw(st.booleans()) and "notificationType" not in event:
        event["notificationType"] = event.pop("eventType")
    for _ in range(draw(st.integers(0, 4))):
        if known := list(places(event)):
            bend(draw, event, draw(st.sampled_from(known)))
    body = json.dumps(event)
    if draw(st.booleans()) and not HALF.search(body):  # SQS brings whole characters only
        body = json.dumps(event, ensure_ascii=False)
    if draw(st.booleans()):
        return json.dumps({"Type": "Notification", "Message": body})
    return body


def bend(draw, event, path):
    *way, last = path
    holder = event
    for step in way:
        holder = holder[step]
    match draw(st.sampled_from(["drop", "replace", "wrap", "extend"])):
        case "drop":
            del holder[last]
        case "replace":
            holder[last] = copy.deepcopy(draw(BENT))  # a later bend may change it
        case "wrap":
            holder[last] = [holder[last]] if draw(st.booleans()) else {"value": holder[last]}
        case "extend":
            key = draw(TEXTS)
            holder.update({key: copy.deepcopy(draw(BENT))}) if isinstance(
                holder, dict
            ) else holder.append(key)


@settings(deadline=None, max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(bodies())
def test_a_bent_event_is_stored_or_refused_in_words(body):
    try:
        events = read_event(body)
    except UnreadableEventError as error:
        assert_is_said(error.detail)
        return
    for event in events:
        assert_is_stored(event.fact)
        demand_of(event.fact)


def assert_is_said(reason):
    """SQS takes it as a message attribute."""
    assert reason
    assert reason.isprintable()
    assert len(reason) <= LONGEST_REASON


def assert_is_stored(fact):
    """DynamoDB takes it: text that is Unicode, names of bounded length, an instant in UTC."""
    assert 0 < len(fact.identity.encode()) <= LONGEST_IDENTITY
    assert len(json.dumps(fact_value(fact), ensure_ascii=False).encode()) <= LONGEST_FACT
    assert fact.at.utcoffset() == timedelta(0)
    assert fact.attempt is None or 0 < len(fact.attempt.encode()) <= LONGEST_IDENTITY
