"""How the peers read an event: SNS's request goes into their view, their own signal comes out.

What Django does before it calls a view is not counted, nor the checking of signatures.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest
from django.test import RequestFactory


def start() -> None:
    """Django as both need it."""
    settings.configure(
        ALLOWED_HOSTS=["*"],
        AWS_SES_VERIFY_EVENT_SIGNATURES=False,
        INSTALLED_APPS=["anymail", "django_ses"],
    )
    django.setup()
    logging.disable(logging.WARNING)  # django-ses warns of every type that it does not know


def envelope(number: int, event: str) -> str:
    """The body of SNS's request: the event as a text inside JSON, and who signed it."""
    host = "https://sns.eu-west-1.example"
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": f"00000000-0000-0000-0000-{number:012}",
            "TopicArn": "arn:aws:sns:eu-west-1:000000000000:events",
            "Message": event,
            "Timestamp": "2026-11-24T12:00:01.000Z",
            "SignatureVersion": "1",
            "Signature": "c2lnbmF0dXJl" * 28,
            "SigningCertURL": f"{host}/certificate.pem",
            "UnsubscribeURL": f"{host}/?Action=Unsubscribe",
        }
    )


def requests_of(bodies: list[str]) -> list[HttpRequest]:
    """A fresh request for each body: what a view has parsed, it keeps on the request."""
    factory = RequestFactory()
    return [
        factory.post(
            "/",
            data=body,
            content_type="text/plain",
            HTTP_X_AMZ_SNS_MESSAGE_TYPE="Notification",
            HTTP_X_AMZ_SNS_MESSAGE_ID=json.loads(body)["MessageId"],
        )
        for body in bodies
    ]


def anymail() -> Callable[[HttpRequest], object]:
    """django-anymail's reader."""
    from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it wants a secret in the URL
        return _post(AmazonSESTrackingWebhookView())


def django_ses() -> Callable[[HttpRequest], object]:
    """django-ses's reader."""
    from django_ses.views import SESEventWebhookView

    return _post(SESEventWebhookView())


def _post(view: Any) -> Callable[[HttpRequest], object]:
    def read(request: HttpRequest) -> object:
        view.setup(request)
        return view.post(request)

    return read
