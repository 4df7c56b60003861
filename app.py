"""`cdk deploy` starts here: one stack, for the stage that the context names.

Context: `-c stage=<name>` takes infra/stages/<name>.toml (default: dev); the local world also
passes `-c sesv2_endpoint=<url>` and `-c dns_resolver=<address:port>`.
"""

import sys

from aws_cdk import App

from infra.stack import BellhopStack
from infra.stage_file import StageError, load_stage

LOCAL_ENDPOINTS = ("sesv2_endpoint", "dns_resolver")


def main() -> None:
    """Synthesises the stage's stack into the directory that the CDK command line names."""
    app = App(analytics_reporting=False)
    try:
        stage = load_stage(
            app.node.get_context("stage"),
            endpoints={name: app.node.try_get_context(name) for name in LOCAL_ENDPOINTS},
        )
    except StageError as error:
        sys.exit(f"bellhop: {error}")
    BellhopStack(app, stage=stage)
    app.synth()


if __name__ == "__main__":
    main()
