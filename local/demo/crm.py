"""The hotel's CRM, as far as the demo needs one: HTTP with an API key, nothing else."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the API answered; ``body`` is the JSON object."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Crm:
    """A client of Bellhop's API.

    Attributes:
        url: of the API.
        key: an API key's text.
        language: of the sentences in answers.
    """

    url: str
    key: str
    language: str = "en"

    def post(self, path: str, body: object, *, idempotency_key: str = "") -> Answer:
        """Posts JSON."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._ask("POST", path, json.dumps(body).encode(), headers)

    def patch(self, path: str, body: object) -> Answer:
        """Patches with JSON."""
        return self._ask("PATCH", path, json.dumps(body).encode(), {})

    def delete(self, path: str, body: object = None) -> Answer:
        """Deletes, saying more in JSON where there is something to say."""
        return self._ask("DELETE", path, None if body is None else json.dumps(body).encode(), {})

    def get(self, path: str) -> Answer:
        """Gets JSON."""
        return self._ask("GET", path, None, {})

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        request = urllib.request.Request(  # noqa: S310 (the URL is the deployed API's)
            f"{self.url}{path}",
            data=body,
            method=method,
            headers={
                "Authorization": f"Bearer {self.key}",
                "Content-Type": "application/json",
                "Accept-Language": self.language,
                **headers,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=35) as answer:  # noqa: S310 (as above)
                return Answer(
                    status=answer.status,
                    body=json.load(answer),
                    headers=dict(answer.headers),
                )
        except urllib.error.HTTPError as error:
            text = error.read().decode()
            try:
                value = json.loads(text)
            except ValueError:
                value = {"message": text}
            return Answer(status=error.code, body=value, headers=dict(error.headers))
