"""What providers and gateways say, and the reason that it must become.

The people, hosts and numbers are made up; the phrases are the ones that each provider documents
or is known for. No row comes from a published corpus.
"""

from __future__ import annotations

import pytest

from bellhop.domain.classify import classify
from bellhop.domain.reasons import Reason as R

# provider, expected reason, SES's status, SES's diagnosticCode
Case = tuple[str, R, str, str]

GOOGLE: tuple[Case, ...] = (
    (
        "google",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n550-5.1.1 Please "
        "try double-checking the recipient's email address for typos.\n550 5.1.1 "
        "https://support.google.com/mail/?p=NoSuchUser ab12si345 - gsmtp",
    ),
    (
        "google",
        R.MAILBOX_DISABLED,
        "5.2.1",
        "smtp; 550 5.2.1 The email account that you tried to reach is inactive. For more information, "
        "go to https://support.google.com/mail/?p=DisabledUser cd34 - gsmtp",
    ),
    (
        "google",
        R.MAILBOX_FULL,
        "4.2.2",
        "smtp; 452-4.2.2 The recipient's inbox is out of storage space. Please direct the\n452 4.2.2 "
        "recipient to https://support.google.com/mail/?p=OverQuotaTemp ef56 - gsmtp",
    ),
    (
        "google",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 552 5.2.2 The email account that you tried to reach is over quota. - gsmtp",
    ),
    (
        "google",
        R.RATE_LIMITED,
        "4.2.1",
        "smtp; 450-4.2.1 The user you are trying to contact is receiving mail too quickly.\n450 4.2.1 "
        "Please resend your message at a later time. gh78 - gsmtp",
    ),
    (
        "google",
        R.RATE_LIMITED,
        "4.7.28",
        "smtp; 421-4.7.28 Gmail has detected an unusual rate of unsolicited mail. To protect\n421-4.7."
        "28 our users from spam, mail has been temporarily rate limited. - gsmtp",
    ),
    (
        "google",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550-5.7.1 [203.0.113.9] Our system has detected an unusual rate of unsolicited mail\n"
        "550-5.7.1 originating from your IP address. To protect our users from spam, mail\n550 5.7.1 "
        "sent from your IP address has been blocked. - gsmtp",
    ),
    (
        "google",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550-5.7.1 Our system has detected that this message is likely suspicious due to\n550-5"
        ".7.1 the very low reputation of the sending domain. To best protect our users\n550 5.7.1 "
        "from spam, the message has been blocked. ij90 - gsmtp",
    ),
    (
        "google",
        R.SPAM_CONTENT,
        "5.7.1",
        "smtp; 550-5.7.1 Our system has detected that this message is likely unsolicited mail. To\n"
        "550-5.7.1 reduce the amount of spam sent to Gmail, this message has been blocked.\n550 5.7.1 "
        "https://support.google.com/mail/?p=UnsolicitedMessageError kl12 - gsmtp",
    ),
    (
        "google",
        R.AUTH_FAILED,
        "5.7.26",
        "smtp; 550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550-5.7."
        "26 Gmail requires all senders to authenticate with either SPF or DKIM. - gsmtp",
    ),
    (
        "google",
        R.AUTH_FAILED,
        "5.7.27",
        "smtp; 550-5.7.27 This mail has been blocked because SPF for hotel-sol.test did not pass. "
        "- gsmtp",
    ),
    (
        "google",
        R.AUTH_FAILED,
        "5.7.30",
        "smtp; 550 5.7.30 Your email has been blocked because DKIM does not pass. mn34 - gsmtp",
    ),
    (
        "google",
        R.AUTH_FAILED,
        "4.7.32",
        "smtp; 421-4.7.32 Your email has been rate limited because the From: header does not align "
        "with either the SPF or DKIM organizational domain. - gsmtp",
    ),
    (
        "google",
        R.AUTH_FAILED,
        "5.7.40",
        "smtp; 550 5.7.40 Your email has been blocked because the sending domain does not have a "
        "DMARC record. - gsmtp",
    ),
    (
        "google",
        R.REPUTATION_BLOCKED,
        "5.7.25",
        "smtp; 550-5.7.25 [203.0.113.7] The IP address sending this message does not have a\n550 5.7."
        "25 PTR record setup. - gsmtp",
    ),
    (
        "google",
        R.POLICY_REJECTED,
        "5.7.1",
        "smtp; 550 5.7.1 This message violates viajes-luna.test email policy. - gcdp op56 - gsmtp",
    ),
    (
        "google",
        R.MESSAGE_TOO_LARGE,
        "5.2.3",
        "smtp; 552-5.2.3 Your message exceeded Google's message size limits. qr78 - gsmtp",
    ),
    (
        "google",
        R.CONTENT_REJECTED,
        "5.7.0",
        "smtp; 552-5.7.0 This message was blocked because its content presents a potential security\n"
        "552 5.7.0 issue. https://support.google.com/mail/?p=BlockedMessage - gsmtp",
    ),
    (
        "google",
        R.CONTENT_REJECTED,
        "5.7.1",
        "smtp; 550-5.7.1 This message is not RFC 5322 compliant. There are multiple From headers. "
        "- gsmtp",
    ),
    (
        "google",
        R.SERVER_ERROR,
        "4.3.0",
        "smtp; 421 4.3.0 Temporary System Problem. Try again later - gsmtp",
    ),
    (
        "google",
        R.RATE_LIMITED,
        "4.7.0",
        "smtp; 421 4.7.0 Try again later, closing connection. st90 - gsmtp",
    ),
    ("google", R.EXPIRED, "4.4.2", "smtp; 451 4.4.2 Timeout - closing connection. - gsmtp"),
)

MICROSOFT: tuple[Case, ...] = (
    (
        "microsoft",
        R.USER_UNKNOWN,
        "5.1.10",
        "smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana.gil@mail-azul.test not found "
        "by SMTP address lookup",
    ),
    (
        "microsoft",
        R.USER_UNKNOWN,
        "5.4.1",
        "smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281) "
        "[ZZ1EUR01FT001.eop-EUR01.prod.protection.outlook.test 2026-11-24T10:00:00Z]",
    ),
    (
        "microsoft",
        R.USER_UNKNOWN,
        "5.5.0",
        "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). "
        "[ZZ3EUR04FT003.prod.protection.outlook.test]",
    ),
    (
        "microsoft",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiException"
        "ShutoffQuotaExceeded; Failed to process message due to a permanent exception",
    ),
    (
        "microsoft",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 552 5.2.2 Submission quota exceeded; the mailbox of the recipient is full",
    ),
    (
        "microsoft",
        R.RATE_LIMITED,
        "4.3.2",
        "smtp; 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",
    ),
    (
        "microsoft",
        R.RATE_LIMITED,
        "5.2.121",
        "smtp; 550 5.2.121 RESOLVER.RCPT; the recipient has exceeded their limit for the number of "
        "messages they can receive per hour",
    ),
    (
        "microsoft",
        R.REPUTATION_BLOCKED,
        "5.7.606",
        "smtp; 550 5.7.606 Access denied, banned sending IP [203.0.113.20]. To request removal visit "
        "https://sender.office.com/",
    ),
    (
        "microsoft",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 5.7.1 Unfortunately, messages from [203.0.113.21] weren't sent. Please contact "
        "your Internet service provider since part of their network is on our block list (S3150).",
    ),
    (
        "microsoft",
        R.REPUTATION_BLOCKED,
        "4.7.650",
        "smtp; 451 4.7.650 The mail server [203.0.113.22] has been temporarily rate limited due to IP "
        "reputation. For e-mail delivery information see https://postmaster.live.test",
    ),
    (
        "microsoft",
        R.REPUTATION_BLOCKED,
        "5.7.511",
        "smtp; 550 5.7.511 Access denied, banned sender[203.0.113.23]. To request removal from this "
        "list please forward this message to delist@messaging.microsoft.test",
    ),
    (
        "microsoft",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 SC-001 (ZZ1FT017) Unfortunately, messages from 203.0.113.24 weren't sent.",
    ),
    (
        "microsoft",
        R.AUTH_FAILED,
        "5.7.509",
        "smtp; 550 5.7.509 Access denied, sending domain [hotel-mar.test] does not pass DMARC "
        "verification and has a DMARC policy of reject.",
    ),
    (
        "microsoft",
        R.AUTH_FAILED,
        "5.7.515",
        "smtp; 550 5.7.515 Access denied, sending domain hotel-mar.test doesn't meet the required "
        "authentication level.",
    ),
    (
        "microsoft",
        R.AUTH_FAILED,
        "5.7.23",
        "smtp; 550 5.7.23 The message was rejected because of Sender Policy Framework violation -> "
        "550 5.7.23 SPF validation failed",
    ),
    (
        "microsoft",
        R.POLICY_REJECTED,
        "5.7.68",
        "smtp; 550 5.7.68 TenantInboundAttribution; Direct Send not allowed for this organization "
        "from unauthorized sources",
    ),
    (
        "microsoft",
        R.POLICY_REJECTED,
        "5.7.133",
        "smtp; 550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; "
        "Delivery restriction check failed because the sender was not authenticated",
    ),
    (
        "microsoft",
        R.POLICY_REJECTED,
        "5.7.1",
        "smtp; 550 5.7.1 RESOLVER.RST.AuthRequired; authentication required",
    ),
    (
        "microsoft",
        R.POLICY_REJECTED,
        "5.7.124",
        "smtp; 550 5.7.124 RESOLVER.RST.SenderNotInAllowedSenders; sender not in allowed-senders list",
    ),
    (
        "microsoft",
        R.POLICY_REJECTED,
        "5.7.1",
        "smtp; 550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization "
        "policy",
    ),
    (
        "microsoft",
        R.RELAY_DENIED,
        "5.7.64",
        "smtp; 550 5.7.64 TenantAttribution; Relay Access Denied [ZZ2EUR02FT010]",
    ),
    ("microsoft", R.RELAY_DENIED, "5.7.1", "smtp; 550 5.7.1 Unable to relay"),
    (
        "microsoft",
        R.MESSAGE_TOO_LARGE,
        "5.2.3",
        "smtp; 550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient",
    ),
    (
        "microsoft",
        R.DOMAIN_UNKNOWN,
        "5.4.310",
        "smtp; 550 5.4.310 DNS domain hotel-inventado.test does not exist [Message=InfoDomainNonexist"
        "ent] [LastAttemptedServerName=hotel-inventado.test]",
    ),
    ("microsoft", R.EXPIRED, "4.4.7", "smtp; 550 4.4.7 QUEUE.Expired; message expired"),
    (
        "microsoft",
        R.EXPIRED,
        "5.4.316",
        "smtp; 550 5.4.316 Message expired, connection refused(Socket error code 10061)",
    ),
    ("microsoft", R.SERVER_ERROR, "4.3.1", "smtp; 452 4.3.1 Insufficient system resources"),
)

YAHOO: tuple[Case, ...] = (
    (
        "yahoo",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 554 delivery error: dd Not a valid recipient - atlas101.free.mail.test",
    ),
    (
        "yahoo",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 552 1 Requested mail action aborted, mailbox not found",
    ),
    (
        "yahoo",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 554 delivery error: dd This user doesn't have a yahoo.test account (nadie@yahoo.test) "
        "[0] - mta4001.mail.test",
    ),
    (
        "yahoo",
        R.MAILBOX_DISABLED,
        "5.0.0",
        "smtp; 554 delivery error: dd Sorry, your message to luis@yahoo.test cannot be delivered. This "
        "mailbox is disabled (554.30). - mta1002.mail.test",
    ),
    (
        "yahoo",
        R.MAILBOX_FULL,
        "5.0.0",
        "smtp; 554 delivery error: dd Sorry your message cannot be delivered. This account is over "
        "quota. - mta1003.mail.test",
    ),
    (
        "yahoo",
        R.REPUTATION_BLOCKED,
        "4.7.0",
        "smtp; 421 4.7.0 [TSS05] Messages from 203.0.113.31 temporarily deferred due to unexpected "
        "volume or user complaints - 4.16.55.1",
    ),
    (
        "yahoo",
        R.REPUTATION_BLOCKED,
        "4.7.1",
        "smtp; 421 4.7.1 [TS03] All messages from 203.0.113.32 will be permanently deferred; "
        "Retrying will NOT succeed.",
    ),
    (
        "yahoo",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 553 5.7.1 [BL21] Connections will not be accepted from 203.0.113.33, because the ip is "
        "in Spamhaus's list; see http://postmaster.yahoo.test/550-bl23.html",
    ),
    (
        "yahoo",
        R.POLICY_REJECTED,
        "5.7.9",
        "smtp; 554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.test",
    ),
    ("yahoo", R.AUTH_FAILED, "5.7.5", "smtp; 554 5.7.5 permanent error evaluating DMARC policy"),
    ("yahoo", R.RATE_LIMITED, "4.2.1", "smtp; 450 User is receiving mail too quickly"),
    (
        "yahoo",
        R.RATE_LIMITED,
        "4.3.0",
        "smtp; 421 Max message per connection reached, closing transmission channel",
    ),
    ("yahoo", R.SERVER_ERROR, "4.3.2", "smtp; 451 4.3.2 Internal server error"),
)

APPLE: tuple[Case, ...] = (
    ("apple", R.USER_UNKNOWN, "5.1.1", "smtp; 550 5.1.1 <marta@icloud.test>: user does not exist"),
    (
        "apple",
        R.MAILBOX_DISABLED,
        "5.1.1",
        "smtp; 550 5.1.1 <marta@icloud.test>: inactive email address",
    ),
    (
        "apple",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 552 5.2.2 <marta@icloud.test>: user is over quota (in reply to RCPT TO command)",
    ),
    (
        "apple",
        R.POLICY_REJECTED,
        "5.7.1",
        "smtp; 550 5.7.1 [CS01] Message rejected due to local policy. Please visit "
        "https://support.apple.test/en-us/HT204137",
    ),
    (
        "apple",
        R.AUTH_FAILED,
        "5.7.1",
        "smtp; 554 5.7.1 Your message was rejected due to hotel-sol.test's DMARC policy.",
    ),
    (
        "apple",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL",
    ),
    (
        "apple",
        R.RATE_LIMITED,
        "4.7.1",
        "smtp; 421 4.7.1 Messages to marta@icloud.test deferred due to excessive volume. Try again "
        "later",
    ),
    (
        "apple",
        R.SENDER_REJECTED,
        "5.1.1",
        "smtp; 550 5.1.1 <x7k2m@privaterelay.appleid.com>: unauthorized sender",
    ),
    ("apple", R.SERVER_ERROR, "4.7.1", "smtp; 451 4.7.1 Service unavailable - try again later"),
)

AMAZON: tuple[Case, ...] = (
    (
        "amazon",
        R.SUPPRESSED,
        "5.1.1",
        "Amazon SES has suppressed sending to this address because it has a recent history of "
        "bouncing as an invalid address.",
    ),
    (
        "amazon",
        R.SUPPRESSED,
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression list "
        "for your account.",
    ),
    ("amazon", R.USER_UNKNOWN, "5.1.1", "smtp; 550 5.1.1 user unknown"),
    (
        "amazon",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550 5.1.1 Requested action not taken: mailbox unavailable",
    ),
    (
        "amazon",
        R.DOMAIN_UNKNOWN,
        "4.4.7",
        "smtp; 550 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.0 Unable to lookup "
        "DNS for correo-inventado.test>",
    ),
    (
        "amazon",
        R.EXPIRED,
        "4.4.7",
        "smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.1 Failed to "
        "establish connection>",
    ),
    (
        "amazon",
        R.MAILBOX_FULL,
        "4.4.7",
        "smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 over quota>",
    ),
    (
        "amazon",
        R.RATE_LIMITED,
        "4.4.7",
        "smtp; 550 4.4.7 Message expired: unable to deliver in 300 minutes.<450 4.2.0 <a@posta.test>: "
        "Recipient address rejected: Greylisted>",
    ),
    (
        "amazon",
        R.EXPIRED,
        "4.4.7",
        "smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.",
    ),
    ("amazon", R.DOMAIN_UNKNOWN, "5.4.4", "smtp; 550 5.4.4 Invalid domain"),
    (
        "amazon",
        R.DOMAIN_UNKNOWN,
        "5.1.2",
        "smtp; 5.1.2 - Bad destination host 'DNS Hard Error looking up correo-inventado.test (MX): "
        "NXDomain'",
    ),
    (
        "amazon",
        R.USER_UNKNOWN,
        "5.1.0",
        "smtp; 5.1.0 - Unknown address error 550-'5.1.1 <ana@posta.test>: Recipient address rejected: "
        "User unknown in local recipient table' (delivery attempts: 0)",
    ),
    (
        "amazon",
        R.REPUTATION_BLOCKED,
        "5.3.0",
        "smtp; 5.3.0 - Other mail system problem 554-'5.7.1 Service unavailable; Client host "
        "[203.0.113.40] blocked using zen.spamhaus.test' (delivery attempts: 0)",
    ),
    (
        "amazon",
        R.RATE_LIMITED,
        "4.4.7",
        "smtp; 4.4.7 - Delivery expired (message too old) 451-'4.7.1 Greylisting in action'",
    ),
)

GATEWAYS: tuple[Case, ...] = (
    (
        "mimecast",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 550 Invalid Recipient - https://community.mimecast.test/docs/DOC-1369#550 [x1Y2z3.uk11]",
    ),
    (
        "mimecast",
        R.POLICY_REJECTED,
        "5.0.0",
        "smtp; 550 Rejected by header-based Anti-Spoofing policy: reservas@hotel-sol.test - "
        "https://community.mimecast.test/docs/DOC-1369#550",
    ),
    (
        "mimecast",
        R.POLICY_REJECTED,
        "5.0.0",
        "smtp; 550 Anti-Spoofing policy - Inbound not allowed [a1.eu2]",
    ),
    (
        "mimecast",
        R.POLICY_REJECTED,
        "5.0.0",
        "smtp; 550 Administrative prohibition - envelope blocked [a1.eu2]",
    ),
    ("mimecast", R.AUTH_FAILED, "5.0.0", "smtp; 550 SPF Sender Invalid - envelope rejected [a1]"),
    (
        "mimecast",
        R.AUTH_FAILED,
        "5.0.0",
        "smtp; 550 DMARC Sender Invalid - envelope rejected - hotel-sol.test",
    ),
    (
        "mimecast",
        R.RATE_LIMITED,
        "4.0.0",
        "smtp; 451 Internal resources are temporarily unavailable [b2.eu1]",
    ),
    ("mimecast", R.REPUTATION_BLOCKED, "5.0.0", "smtp; 554 Host network not allowed [c3.eu1]"),
    (
        "mimecast",
        R.SPAM_CONTENT,
        "5.0.0",
        "smtp; 554 Email rejected due to security policies - MCSpamSignature.x.1 [d4.eu1]",
    ),
    (
        "proofpoint",
        R.REPUTATION_BLOCKED,
        "5.7.0",
        "smtp; 554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=203.0.113.41",
    ),
    ("proofpoint", R.USER_UNKNOWN, "5.1.1", "smtp; 550 5.1.1 User Unknown - pphosted.test"),
    ("proofpoint", R.POLICY_REJECTED, "5.7.0", "smtp; 550 5.7.0 Local Policy Violation"),
    (
        "barracuda",
        R.POLICY_REJECTED,
        "5.0.0",
        "smtp; 550 permanent failure for one or more recipients (ventas@viajes-luna.test:blocked)",
    ),
    (
        "barracuda",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 550 permanent failure for one or more recipients (nadie@viajes-luna.test:550 5.1.1 "
        "User unknown)",
    ),
    ("barracuda", R.CONTENT_REJECTED, "5.0.0", "smtp; 554 rejecting banned content"),
    (
        "barracuda",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 554 Service unavailable; Client host [mail.hotel-sol.test] blocked using Barracuda "
        "Reputation; http://www.barracudanetworks.com/reputation/?r=1&ip=203.0.113.42",
    ),
    (
        "cisco",
        R.REPUTATION_BLOCKED,
        "5.0.0",
        "smtp; 554 Your access to this mail system has been rejected due to the sending MTA's poor "
        "reputation. If you believe this is in error, contact the intended recipient by other means.",
    ),
    ("cisco", R.USER_UNKNOWN, "5.1.0", "smtp; 550 #5.1.0 Address rejected."),
    (
        "cisco",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 #5.7.1 Your access to submit messages to this e-mail system has been rejected.",
    ),
    ("cisco", R.RATE_LIMITED, "4.4.5", "smtp; 421 #4.4.5 Too many connections from your host."),
    (
        "messagelabs",
        R.SPAM_CONTENT,
        "5.0.0",
        "smtp; 553-Message filtered. Refer to the Troubleshooting page at "
        "http://www.symanteccloud.test/troubleshooting",
    ),
    (
        "messagelabs",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 550 Invalid recipient <nadie@empresa.example> (#5.1.1)",
    ),
    (
        "trend micro",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 5.7.1 Service unavailable; Client host [203.0.113.43] blocked using Trend Micro "
        "RBL+. Please see http://www.mail-abuse.test/cgi-bin/lookup?ip_address=203.0.113.43",
    ),
    (
        "fortimail",
        R.SPAM_CONTENT,
        "5.7.1",
        "smtp; 554 5.7.1 This message has been blocked because it contains FortiGuard - AntiSpam "
        "blocking URL(s).",
    ),
    (
        "hornetsecurity",
        R.REPUTATION_BLOCKED,
        "5.5.4",
        "smtp; 554 5.5.4 IP sender address with a negative reputation",
    ),
)

EUROPE: tuple[Case, ...] = (
    (
        "orange",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]",
    ),
    (
        "orange",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 552 5.2.2 Boite du destinataire pleine. Recipient's mailbox is full. OFR_417 [417]",
    ),
    (
        "orange",
        R.RATE_LIMITED,
        "4.7.0",
        "smtp; 421 Trop de connexions, veuillez verifier votre configuration. Too many connections, "
        "slow down. OFR004_104 [104]",
    ),
    (
        "laposte",
        R.AUTH_FAILED,
        "5.7.1",
        "smtp; 550 5.7.1 Service refuse. DMARC: domain hotel-sol.test policy rejects. LPN007_517",
    ),
    (
        "free",
        R.REPUTATION_BLOCKED,
        "5.0.0",
        "smtp; 550 Too many spams from your IP (203.0.113.50), please visit "
        "http://postmaster.free.test/",
    ),
    ("free", R.SPAM_CONTENT, "5.0.0", "smtp; 550 spam detected"),
    (
        "gmx",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 550 Requested action not taken: mailbox unavailable For explanation visit "
        "https://postmaster.gmx.test/error-messages?c=rcpt",
    ),
    (
        "gmx",
        R.REPUTATION_BLOCKED,
        "4.0.0",
        "smtp; 554-gmx.test (mxgmx017) Nemesis ESMTP Service not available 554-No SMTP service 554-IP "
        "address is black listed.",
    ),
    (
        "ionos",
        R.POLICY_REJECTED,
        "5.0.0",
        "smtp; 554 Transaction failed Reject due to policy restrictions. For explanation visit "
        "https://postmaster.ionos.test/case?c=hi",
    ),
    (
        "web.de",
        R.SENDER_REJECTED,
        "5.0.0",
        "smtp; 550-Requested action not taken: mailbox unavailable 550 invalid DNS MX or A/AAAA "
        "resource record",
    ),
    (
        "t-online",
        R.REPUTATION_BLOCKED,
        "5.0.0",
        "smtp; 554 IP=203.0.113.51 - A problem occurred. (Ask your postmaster for help or to contact "
        "tosa@rx.t-online.de to clarify.)",
    ),
    ("t-online", R.USER_UNKNOWN, "5.1.1", "smtp; 550 user unknown - email to mailbox not possible"),
    (
        "libero",
        R.MAILBOX_FULL,
        "5.2.2",
        "smtp; 552 RCPT TO:<gino@libero.test> Mailbox disk quota exceeded",
    ),
    (
        "tim",
        R.REPUTATION_BLOCKED,
        "5.0.0",
        "smtp; 550 mail not accepted from blacklisted IP address [203.0.113.52]",
    ),
    ("aruba", R.USER_UNKNOWN, "5.1.1", "smtp; 550 5.1.1 <gino@pec.test> utente sconosciuto"),
    ("movistar", R.MAILBOX_FULL, "5.2.2", "smtp; 552 5.2.2 Buzón del usuario lleno"),
    ("spanish host", R.USER_UNKNOWN, "5.1.1", "smtp; 550 El usuario no existe en este servidor"),
    (
        "mail.ru",
        R.MAILBOX_DISABLED,
        "5.0.0",
        "smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox olga@mail.test is "
        "unavailable: account is disabled",
    ),
    (
        "mail.ru",
        R.USER_UNKNOWN,
        "5.0.0",
        "smtp; 550 Message was not accepted -- invalid mailbox. Local mailbox olga@mail.test is "
        "unavailable: user not found",
    ),
    (
        "mail.ru",
        R.SPAM_CONTENT,
        "5.0.0",
        "smtp; 550 spam message rejected. Please visit http://help.mail.test/notspam-support",
    ),
    ("yandex", R.USER_UNKNOWN, "5.1.1", "smtp; 550 5.7.1 No such user! 1700-aBcD"),
    (
        "yandex",
        R.SPAM_CONTENT,
        "5.7.1",
        "smtp; 554 5.7.1 Message rejected under suspicion of SPAM; https://ya.test/1AIXhC",
    ),
)

SOFTWARE: tuple[Case, ...] = (
    (
        "postfix",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550 5.1.1 <ana@posta.test>: Recipient address rejected: User unknown in relay recipient "
        "table",
    ),
    (
        "postfix",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550 5.1.1 <ana@posta.test>: Recipient address rejected: undeliverable address: host "
        "mx.posta.test said: 550 no such user",
    ),
    (
        "postfix",
        R.RATE_LIMITED,
        "4.2.0",
        "smtp; 450 4.2.0 <ana@posta.test>: Recipient address rejected: Greylisted, see "
        "http://postgrey.test/help",
    ),
    (
        "postfix",
        R.DOMAIN_UNKNOWN,
        "4.1.2",
        "smtp; 450 4.1.2 <ana@inventado.test>: Recipient address rejected: Domain not found",
    ),
    (
        "postfix",
        R.SENDER_REJECTED,
        "5.1.8",
        "smtp; 550 5.1.8 <x@bounce.hotel-sol.test>: Sender address rejected: Domain not found",
    ),
    (
        "postfix",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 554 5.7.1 Service unavailable; Client host [203.0.113.60] blocked using bl.spamcop.test",
    ),
    (
        "postfix",
        R.REPUTATION_BLOCKED,
        "5.7.25",
        "smtp; 450 4.7.25 Client host rejected: cannot find your hostname, [203.0.113.61]",
    ),
    ("postfix", R.RELAY_DENIED, "5.7.1", "smtp; 554 5.7.1 <ana@posta.test>: Relay access denied"),
    ("postfix", R.MESSAGE_TOO_LARGE, "5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit"),
    ("postfix", R.SERVER_ERROR, "4.3.0", "smtp; 451 4.3.0 Temporary lookup failure"),
    (
        "postfix",
        R.EXPIRED,
        "4.4.1",
        "smtp; 421 4.4.1 connect to mx.posta.test[203.0.113.62]:25: Connection timed out",
    ),
    ("exim", R.USER_UNKNOWN, "5.0.0", "smtp; 550 Unrouteable address"),
    (
        "exim",
        R.DOMAIN_UNKNOWN,
        "5.0.0",
        "smtp; 550 all relevant MX records point to non-existent hosts",
    ),
    ("exim", R.SENDER_REJECTED, "5.0.0", "smtp; 550 Sender verify failed"),
    ("exim", R.RELAY_DENIED, "5.0.0", "smtp; 550 relay not permitted"),
    (
        "exim",
        R.MAILBOX_FULL,
        "5.0.0",
        "smtp; 552 mailbox for lola@posta.test is full: retry timeout exceeded",
    ),
    (
        "sendmail",
        R.DOMAIN_UNKNOWN,
        "5.1.2",
        "smtp; 550 5.1.2 <ana@inventado.test>... Host unknown (Name server: inventado.test: host not "
        "found)",
    ),
    ("sendmail", R.RELAY_DENIED, "5.7.1", "smtp; 550 5.7.1 <ana@posta.test>... Relaying denied"),
    (
        "sendmail",
        R.SENDER_REJECTED,
        "5.1.8",
        "smtp; 553 5.1.8 <x@hotel.test>... Domain of sender address x@hotel.test does not exist",
    ),
    (
        "qmail",
        R.RELAY_DENIED,
        "5.7.1",
        "smtp; 553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",
    ),
    ("qmail", R.USER_UNKNOWN, "5.1.1", "smtp; 550 sorry, no mailbox here by that name. (#5.1.1)"),
    (
        "qmail",
        R.EXPIRED,
        "4.4.1",
        "smtp; CNS/1.0 I'm not going to try again; this message has been in the queue too long. Sorry, "
        "I wasn't able to establish an SMTP connection. (#4.4.1)",
    ),
    (
        "domino",
        R.USER_UNKNOWN,
        "5.1.1",
        "smtp; 550 ana@empresa.example... No such user; not listed in Domino Directory",
    ),
    ("zimbra", R.MAILBOX_FULL, "4.2.2", "smtp; 452 4.2.2 Over quota"),
    ("cpanel", R.USER_UNKNOWN, "5.0.0", "smtp; 550 No Such User Here"),
    ("null mx", R.DOMAIN_UNKNOWN, "5.1.10", "smtp; 556 5.1.10 Recipient address has a null MX"),
    ("null mx", R.SENDER_REJECTED, "5.7.27", "smtp; 550 5.7.27 Sender address has null MX"),
    ("rspamd", R.SPAM_CONTENT, "5.7.1", "smtp; 554 5.7.1 Spam message rejected"),
    (
        "clamav",
        R.CONTENT_REJECTED,
        "5.7.1",
        "smtp; 554 5.7.1 virus Eicar-Test-Signature detected by ClamAV",
    ),
    (
        "amavis",
        R.CONTENT_REJECTED,
        "5.7.0",
        "smtp; 554 5.7.0 Reject, id=1234-05 - BANNED: .exe attachment",
    ),
    (
        "moved",
        R.ADDRESS_MOVED,
        "5.1.6",
        "smtp; 551 5.1.6 The recipient has moved, please try <ana.gil@nueva.example>",
    ),
    ("closed", R.MAILBOX_DISABLED, "5.2.1", "smtp; 550 5.2.1 This account has been suspended"),
    ("loop", R.EXPIRED, "5.4.6", "smtp; 554 5.4.6 Too many hops 26 (25 max)"),
    ("disk", R.SERVER_ERROR, "4.3.1", "smtp; 452 4.3.1 Insufficient system storage"),
    (
        "rdns",
        R.REPUTATION_BLOCKED,
        "5.7.1",
        "smtp; 550 5.7.1 Your server IP address has no PTR record. Fix your reverse DNS.",
    ),
    ("tls", R.POLICY_REJECTED, "5.7.10", "smtp; 523 5.7.10 Encryption required"),
)

CASES = GOOGLE + MICROSOFT + YAHOO + APPLE + AMAZON + GATEWAYS + EUROPE + SOFTWARE


@pytest.mark.parametrize(
    ("provider", "expected", "status", "diagnostic"),
    CASES,
    ids=[f"{case[0]}-{case[1]}-{number}" for number, case in enumerate(CASES)],
)
def test_a_providers_words_become_the_reason_they_mean(
    provider: str, expected: R, status: str, diagnostic: str
) -> None:
    reason = classify(bounce_type="Permanent", status=status, diagnostic=diagnostic)

    assert reason is expected, f"{provider} said {diagnostic!r}"
