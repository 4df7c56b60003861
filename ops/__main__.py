"""``python -m ops``: each command is one module of this package."""

import argparse
import os
import sys
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

# The functions' own code: ops reads and writes items as they do.
sys.path.insert(0, str(Path(__file__).parents[1] / "lambdas"))

from ops import deployment, explain, keys, rebuild, redrive, senders, silent

_INTERRUPTED = 128 + 2  # as a shell tells of SIGINT


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; 0 when it did what was asked, 1 when it says why not, else its own code."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="Operate a Bellhop.")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (keys, senders, redrive, explain, rebuild, silent):
        command.add_to(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen) or 0)
    except deployment.OperatorError as error:
        print(f"ops: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        print(f"ops: AWS did not let it finish: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # who reads has enough, such as `head`; nothing is left to flush to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
