"""Says whose an API key is."""

from bellhop.domain.errors import ScopeMissingError, UnauthenticatedError
from bellhop.domain.keys import ApiKey, Scope, hash_of, tenant_of
from bellhop.usecases.ports import Clock, Keys
from bellhop.usecases.remembered import Remembered


class Authenticator:
    """Looks keys up by their hash, and remembers good ones for a minute."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._clock = clock
        self._keys: Remembered[tuple[str, str], ApiKey] = Remembered(
            lambda name: keys.get(*name), clock
        )

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
        key = self._keys.get((tenant, hash_of(text.strip())))
        if key is None or not key.is_valid(self._clock()):
            raise UnauthenticatedError(
                "This API key is unknown, expired or revoked. Ask whoever runs Bellhop for a new "
                "one."
            )
        return key


def require(key: ApiKey, scope: Scope) -> None:
    """Raises ScopeMissingError unless the key may do this."""
    if scope not in key.scopes:
        raise ScopeMissingError(
            f"This API key lacks the scope {scope}; it has {', '.join(sorted(key.scopes))}. "
            "Use a key that has it, or have one made."
        )
