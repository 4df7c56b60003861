"""Builds the message that SES sends, with the standard library's email package.

Its default policy folds headers and refuses a line break inside one, so no header can be injected
even where a check before this one were missing.
"""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from typing import Any

from bellhop.domain.emails import Email, Mailbox

_UNSUBSCRIBE = "List-Unsubscribe"


class _Policy(EmailPolicy):
    """SMTP's policy, which leaves the one header whole that mailbox providers read by machine.

    The standard library would fold a long URL into encoded words, which no provider decodes there.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == _UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep=SMTP.linesep)


def build(email: Email) -> bytes:
    """The message in RFC 5322 form.

    ``multipart/alternative`` of text and HTML where there is HTML; the text is made from the HTML
    where the request has none, since some servers count its absence against a sender.
    SES adds ``Message-ID`` and ``Date`` itself.
    """
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(email.sender)
    message["To"] = _address(email.recipient.mailbox)
    if email.reply_to:
        message["Reply-To"] = _address(email.reply_to)
    message["Subject"] = email.subject
    if email.recipient.unsubscribe_url:  # RFC 8058, section 3.1: both, or neither
        message[_UNSUBSCRIBE] = f"<{email.recipient.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if email.recipient.locale:
        message["Content-Language"] = email.recipient.locale
    message.set_content(email.text or text_of_html(email.html), cte="quoted-printable")
    if email.html:
        message.add_alternative(email.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def probe(sender: Mailbox, recipient: str) -> bytes:
    """A message that is read by nobody: SES tells of it, and so shows that it tells at all."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender)
    message["To"] = recipient
    message["Subject"] = "Bellhop asks whether events come"
    message.set_content("Sent to the mailbox simulator of Amazon SES.\n")
    return message.as_bytes()


def text_of_html(html: str) -> str:
    """What a reader without HTML sees: the layout's text, with the links' addresses."""
    # Imported here: it brings lxml, which an email that has its own text need not wait for.
    from inscriptis import get_text
    from inscriptis.model.config import ParserConfig

    return str(get_text(html, ParserConfig(display_links=True))).strip() + "\n"


def _address(mailbox: Mailbox) -> Address:
    return Address(display_name=mailbox.name, addr_spec=mailbox.address)
