"""Says whose an API key is."""

from datetime import datetime, timedelta

from bellhop.domain.errors import ScopeMissingError, UnauthenticatedError
from bellhop.domain.keys import ApiKey, Scope, hash_of, tenant_of
from bellhop.usecases.ports import Clock, Keys

# A revoked key goes on working for as long as this.
CACHE_TIME = timedelta(minutes=1)


class Authenticator:
    """Looks keys up by their hash, and remembers good ones for a minute."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._known: dict[str, tuple[ApiKey, datetime]] = {}

    def authenticate(self, authorization: str) -> ApiKey:
        """The key of an ``Authorization: Bearer`` header (RFC 6750, section 2.1).

        Raises:
            UnauthenticatedError: no key, or none that is good.
        """
        scheme, _, text = authorization.partition(" ")
        tenant = tenant_of(text.strip())
        if scheme.lower() != "bearer" or tenant is None:
            raise UnauthenticatedError(
                "Send your API key as 'Authorization: Bearer bellhop_…'. "
                "Keys are made with 'python -m ops keys create'."
            )
        key = self._find(tenant, hash_of(text.strip()))
        if key is None or not key.is_valid(self._clock()):
            raise UnauthenticatedError(
                "This API key is unknown, expired or revoked. Ask whoever runs Bellhop for a new "
                "one."
            )
        return key

    def _find(self, tenant: str, key_hash: str) -> ApiKey | None:
        key, until = self._known.get(key_hash, (None, self._clock()))
        if key is None or until <= self._clock():
            key = self._keys.get(tenant, key_hash)
            if key is not None:
                self._known = {key_hash: (key, self._clock() + CACHE_TIME), **self._fresh()}
        return key

    def _fresh(self) -> dict[str, tuple[ApiKey, datetime]]:
        now = self._clock()
        return {known: entry for known, entry in self._known.items() if entry[1] > now}


def require(key: ApiKey, scope: Scope) -> None:
    """Raises ScopeMissingError unless the key may do this."""
    if scope not in key.scopes:
        raise ScopeMissingError(
            f"This API key lacks the scope {scope}; it has {', '.join(sorted(key.scopes))}. "
            "Use a key that has it, or have one made."
        )
