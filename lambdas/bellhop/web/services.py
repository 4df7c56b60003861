"""What the routes of the API work with; api/handler.py puts it together at cold start."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bellhop.domain.emails import EmailClass
from bellhop.domain.tenant_settings import TenantSettings
from bellhop.metrics import Counter
from bellhop.usecases.authenticate import Authenticator
from bellhop.usecases.ports import (
    Contacts,
    Jobs,
    Lane,
    Links,
    Records,
    Requests,
    Senders,
    StopItems,
    SuppressionList,
    TenantSettingsItems,
)
from bellhop.usecases.remembered import Remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything behind the API.

    Attributes:
        authenticator: says whose an API key is.
        contacts, records, requests, senders, tenant_settings: the table.
        known_settings: the tenants' settings, at most a minute old.
        suppression_list: SES's own.
        stops: what holds emails back.
        lanes, configuration_sets: of each class of email.
        links: private links to senders' pages.
        public_url: of the API, where these pages are, without a slash at the end.
        sender_jobs: the queue of what is to be done for senders.
        region: whose SES sends.
        counter: counts for the dashboard.
        organisational_domain: see :func:`bellhop.domain.inbox.inbox_of`.
        allow_reserved_domains: whether RFC 2606's names may be mailed; only a local stage may.
    """

    authenticator: Authenticator
    contacts: Contacts
    records: Records
    requests: Requests
    senders: Senders
    tenant_settings: TenantSettingsItems
    known_settings: Remembered[str, TenantSettings]
    suppression_list: SuppressionList
    stops: StopItems
    lanes: Mapping[EmailClass, Lane]
    configuration_sets: Mapping[EmailClass, str]
    links: Links
    public_url: str
    sender_jobs: Jobs
    region: str
    counter: Counter
    organisational_domain: Callable[[str], str | None]
    allow_reserved_domains: bool
