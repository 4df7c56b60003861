"""A small internet on loopback: DNS, and recipients' mail servers, each with a character."""

from local.internet.internet import Internet
from local.internet.mailboxes import Folder, StoredMessage
from local.internet.transcripts import Later, Outcome, Phase, Transcript

__all__ = ["Folder", "Internet", "Later", "Outcome", "Phase", "StoredMessage", "Transcript"]
