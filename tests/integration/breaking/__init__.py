"""The functions killed at every call that leaves them, and what became of each email then."""
