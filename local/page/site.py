"""What the page shows, and where it finds it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.demo.crm import Crm
from local.internet import Internet
from local.page.commands import Example
from local.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The sources of every page.

    Attributes:
        crm: asks the deployed API, with a hotel's key.
        cloudwatch: a boto3 client.
        environment: the variables with which AWS's own tools call this world.
        example: an email that exists, for the commands.
    """

    internet: Internet
    crm: Crm
    cloudwatch: Any
    environment: Mapping[str, str]
    example: Example

    @classmethod
    def of(cls, world: World, crm: Crm, example: Example) -> Site:
        """The site of a world with a deployed stack."""
        return cls(
            internet=world.internet,
            crm=crm,
            cloudwatch=world.session().client("cloudwatch"),
            environment={
                name: value
                for name, value in world.environment().items()
                if name.startswith("AWS_")
            },
            example=example,
        )
