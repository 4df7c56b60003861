"""The message tags by which SES's events name our email and attempt (idea 2 of the design).

The address inside an event is no name: after a forward, a bounce names a mailbox we never mailed.
"""

EMAIL = "bellhop-email"
ATTEMPT = "bellhop-attempt"
