"""``ops keys``: makes, lists and revokes API keys."""

import argparse
from datetime import timedelta
from typing import Any

from bellhop import clock
from bellhop.domain.keys import TENANT, ApiKey, Scope, hash_of, new_key
from bellhop.store.tenants import KeyStore
from ops.deployment import OperatorError, add_stage, open_deployment


def add_to(commands: Any) -> None:
    """Adds the command to the parser of ``python -m ops``."""
    parser = commands.add_parser("keys", help="make, list and revoke API keys")
    actions = parser.add_subparsers(required=True, metavar="ACTION")
    create_parser = actions.add_parser("create", help="make a key; its text is shown this once")
    create_parser.add_argument("--name", required=True, help="what the key is for, e.g. crm")
    create_parser.add_argument(
        "--scope",
        action="append",
        choices=[scope.value for scope in Scope],
        help="what the key may do; repeat for more (default: everything)",
    )
    create_parser.add_argument("--days", type=int, help="days it is valid (default: for ever)")
    create_parser.set_defaults(run=create)
    list_parser = actions.add_parser("list", help="list a tenant's keys, without their texts")
    list_parser.set_defaults(run=list_keys)
    revoke_parser = actions.add_parser("revoke", help="end a key; takes effect within a minute")
    revoke_parser.add_argument("hash", help="the first characters of its hash, from 'keys list'")
    revoke_parser.set_defaults(run=revoke)
    for action in (create_parser, list_parser, revoke_parser):
        add_stage(action)
        action.add_argument("--tenant", required=True, help="whose key, e.g. hotel-sol")


def create(options: argparse.Namespace) -> None:
    """Makes a key and prints its text, alone on standard output."""
    if not TENANT.fullmatch(options.tenant):
        raise OperatorError(
            f"--tenant {options.tenant!r} must be 1 to 40 of a-z, 0-9 and -, e.g. hotel-sol."
        )
    if options.days is not None and options.days < 1:
        raise OperatorError(f"--days {options.days} must be at least 1.")
    open_deployment(options.stage)
    text, now = new_key(options.tenant), clock.now()
    KeyStore().put(
        ApiKey(
            tenant=options.tenant,
            hash=hash_of(text),
            name=options.name,
            scopes=frozenset(Scope(scope) for scope in options.scope or Scope),
            created_at=now,
            expires_at=now + timedelta(days=options.days) if options.days else None,
        )
    )
    print(text)


def list_keys(options: argparse.Namespace) -> None:
    """Prints a tenant's keys, a line each."""
    open_deployment(options.stage)
    for key in KeyStore().list(options.tenant):
        state = "valid" if key.is_valid(clock.now()) else "revoked or expired"
        made = f"{key.created_at:%Y-%m-%d}"
        print(f"{key.hash[:12]}  {key.name}  {' '.join(sorted(key.scopes))}  {made}  {state}")


def revoke(options: argparse.Namespace) -> None:
    """Ends the one key whose hash begins as given."""
    open_deployment(options.stage)
    found = [k for k in KeyStore().list(options.tenant) if k.hash.startswith(options.hash)]
    if len(found) != 1:
        raise OperatorError(
            f"{len(found)} keys of {options.tenant} have a hash that begins with {options.hash!r}; "
            "see 'python -m ops keys list'."
        )
    KeyStore().revoke(found[0], clock.now())
    print(f"revoked {found[0].name} ({found[0].hash[:12]})")
