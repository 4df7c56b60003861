"""The local world deploys what AWS gets: the templates differ in the listed places and no other."""

from fnmatch import fnmatchcase

from infra.platforms import LAMBDA, host
from tests.infra.templates import Template, leaves

# Path of the difference, and why it is allowed.
ALWAYS = {
    "/Resources/*Function*/Properties/Environment/Variables/AWS_ENDPOINT_URL_SESV2": "where SES is",
    "/Resources/*Function*/Properties/Environment/Variables/BELLHOP_DNS_RESOLVER": "where DNS is",
    "/Resources/*Function*/Properties/Environment/Variables/BELLHOP_ALLOW_RESERVED_DOMAINS": (
        "the local internet has names that public DNS never has"
    ),
    "/Resources/Dependencies*/Properties/Content/S3Key": "packages built for another platform",
}
ON_ANOTHER_MACHINE = {
    "/Resources/*Function*/Properties/Architectures/0": "the emulator runs on this machine",
    "/Resources/Dependencies*/Properties/CompatibleArchitectures/0": "likewise",
}


def test_the_local_template_differs_from_aws_in_listed_places_only(
    templates: dict[str, Template], aws_twin: Template
) -> None:
    local, aws = dict(leaves(templates["local"])), dict(leaves(aws_twin))
    differing = {path for path in local.keys() | aws.keys() if local.get(path) != aws.get(path)}
    allowed = dict(ALWAYS)
    if host().architecture != LAMBDA.architecture:
        allowed |= ON_ANOTHER_MACHINE
    unexplained = [
        path for path in differing if not any(fnmatchcase(path, each) for each in allowed)
    ]
    assert unexplained == []
    for pattern in allowed:
        assert any(fnmatchcase(path, pattern) for path in differing), f"{pattern} never differs"


def test_the_twin_on_aws_talks_to_aws(aws_twin: Template) -> None:
    assert not [path for path, _ in leaves(aws_twin) if "ENDPOINT_URL" in path]
    addresses = [value for _, value in leaves(aws_twin) if "127.0.0.1" in str(value)]
    assert addresses == []
