"""Whose mail an SPF include stands for, in the words of the people who bought it."""

from collections.abc import Mapping
from types import MappingProxyType

VENDORS: Mapping[str, str] = MappingProxyType(
    {
        "_spf.google.com": "Google Workspace",
        "_spf.mlsend.com": "MailerLite",
        "_spf.salesforce.com": "Salesforce",
        "_spf.siteminder.com": "SiteMinder",
        "amazonses.com": "Amazon SES",
        "aruba.it": "Aruba",
        "brevo.com": "Brevo",
        "freshemail.io": "Freshworks",
        "hubspotemail.net": "HubSpot",
        "ionos.com": "IONOS",
        "kundenserver.de": "IONOS",
        "mail.zendesk.com": "Zendesk",
        "mailgun.org": "Mailgun",
        "mailjet.com": "Mailjet",
        "mandrillapp.com": "Mailchimp Transactional",
        "mcsv.net": "Mailchimp",
        "mx.ovh.com": "OVHcloud",
        "outlook.com": "Microsoft 365",
        "pphosted.com": "Proofpoint",
        "rzone.de": "STRATO",
        "secureserver.net": "GoDaddy",
        "sendgrid.net": "SendGrid",
        "sendinblue.com": "Brevo",
        "servidoresdns.net": "Arsys",
        "mtasv.net": "Postmark",
        "zoho.com": "Zoho",
        "zoho.eu": "Zoho",
    }
)
"""By the domain of the include; names below it are the same vendor's."""


def vendor_of(domain: str) -> str:
    """The vendor's name, or the domain itself."""
    labels = domain.lower().rstrip(".").split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((VENDORS[each] for each in suffixes if each in VENDORS), domain)
