"""The characters in force: who serves which address, with which words; changeable at run time."""

import itertools
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from local.internet.behaviours import BEHAVIOURS
from local.internet.characters import (
    Mailbox,
    Server,
    Starttls,
    load_mailboxes,
    load_products,
    load_servers,
)
from local.internet.mailboxes import mailbox_name
from local.internet.policies import POLICIES
from local.internet.reply import Reply
from local.internet.transcripts import Phase

Row = TypeVar("Row")


class Servers:
    """The rows of servers and mailboxes, and the replies that they make."""

    def __init__(self) -> None:
        self._products = load_products()
        self._servers: dict[str, Server] = {}
        self._mailboxes: dict[str, Mailbox] = {}
        for server in load_servers():
            self._put(server)
        for mailbox in load_mailboxes():
            self._put(mailbox)

    def all(self) -> list[Server]:
        return list(self._servers.values())

    def mailboxes(self) -> list[Mailbox]:
        return list(self._mailboxes.values())

    def server(self, host: str) -> Server:
        """Raises KeyError with the known hosts."""
        return _known(host, self._servers, "mail server")

    def mailbox(self, address: str) -> Mailbox | None:
        """The mailbox that an address leads to, whatever its case and detail."""
        return self._mailboxes.get(mailbox_name(address))

    def add(self, mailbox: Mailbox) -> None:
        """Add a mailbox to a domain that is served, or put it in the place of its namesake."""
        self._put(mailbox)

    def change(self, host_or_address: str, **fields: Any) -> None:
        """Change fields of a server or a mailbox, to break something on purpose.

        `change("elena.ruiz@correo.test", behaviour="refuses", reply="452 4.2.2 Over quota")`;
        `change("mx.posta.test", replies={"accepted": "451 4.3.0 Not now"})`. It holds from the
        next command on. A server's host and domains cannot change: they are published in DNS.
        Raises KeyError for an unknown row, ValueError for a field or value that does not fit.
        """
        kind = Mailbox if "@" in host_or_address else Server
        allowed = set(kind.__dataclass_fields__) - {"address", "host", "domains"}
        if wrong := set(fields) - allowed:
            raise ValueError(
                f"{host_or_address}: cannot change {sorted(wrong)}; fields: {sorted(allowed)}"
            )
        if kind is Mailbox:
            mailbox = _known(mailbox_name(host_or_address), self._mailboxes, "mailbox")
            self._put(replace(mailbox, **fields))
        else:
            self._put(replace(self.server(host_or_address), **fields))

    def greeting(self, host: str, values: Mapping[str, object]) -> str:
        return self._products[self.server(host).product].greeting.format_map(values)

    def reply(self, host: str, name_or_text: str, values: Mapping[str, object]) -> Reply:
        """The reply of a server: by name in its own words, or as the text says."""
        text = self._words(self.server(host)).get(name_or_text, name_or_text)
        return Reply.parse(text.format_map(values))

    def reply_names(self, host: str) -> list[str]:
        """The replies that a server has words for."""
        return sorted(self._words(self.server(host)))

    def _words(self, server: Server) -> Mapping[str, str]:
        return {**self._products[server.product].replies, **server.replies}

    def _put(self, row: Server | Mailbox) -> None:
        if isinstance(row, Server):
            self._check_server(row)
            self._servers[row.host] = row
        else:
            self._check_mailbox(row)
            self._mailboxes[row.address] = row

    def _check_server(self, server: Server) -> None:
        _fits(server.host, "product", [server.product], self._products)
        _fits(server.host, "policy", server.policies, POLICIES)
        _fits(server.host, "reply", server.replies, self._products[server.product].replies)
        _fits(server.host, "starttls", [server.starttls], set(Starttls))
        for text in server.replies.values():
            Reply.parse(text)
        if server.turns_away:
            self._check_reply(server.host, server.turns_away, [server])

    def _check_mailbox(self, mailbox: Mailbox) -> None:
        serving = [each for each in self.all() if mailbox.domain in each.domains]
        domains = itertools.chain.from_iterable(each.domains for each in self.all())
        _fits(mailbox.address, "domain", [mailbox.domain], set(domains))
        _fits(mailbox.address, "phase", [mailbox.phase], set(Phase))
        _fits(mailbox.address, "behaviour", [mailbox.behaviour], BEHAVIOURS)
        if mailbox.reply or BEHAVIOURS[mailbox.behaviour].needs_reply:
            self._check_reply(mailbox.address, mailbox.reply, serving)

    def _check_reply(self, row: str, name_or_text: str, servers: Iterable[Server]) -> None:
        if name_or_text[:1].isdigit():
            Reply.parse(name_or_text)
            return
        for server in servers:
            _fits(row, "reply", [name_or_text], self._words(server))


def _known(key: str, rows: Mapping[str, Row], kind: str) -> Row:
    try:
        return rows[key]
    except KeyError:
        raise KeyError(f"there is no {kind} {key!r}; there are {sorted(rows)}") from None


def _fits(row: str, field: str, values: Iterable[str], known: Collection[str]) -> None:
    for value in values:
        if value not in known:
            raise ValueError(f"{row}: {field} {value!r} is not known; use one of {sorted(known)}")
