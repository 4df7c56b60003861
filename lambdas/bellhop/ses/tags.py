"""The message tags by which SES's events name our email, attempt and tenant.

The address inside an event is no name: after a forward, a bounce names a mailbox we never mailed.
"""

EMAIL = "bellhop-email"
ATTEMPT = "bellhop-attempt"
TENANT = "bellhop-tenant"
CONFIGURATION_SET = "ses:configuration-set"
"""SES's own tag: the configuration set that a message went through."""
