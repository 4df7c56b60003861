"""The emulator's process: installs the mends, then serves ministack and the authority.

``python -m local.emulator.serve GATEWAY_FD AUTHORITY_FD [SES_ENDPOINT]`` takes two listening
sockets, so the ports are known to the parent before this process runs and nobody can take them.
"""

from __future__ import annotations

import asyncio
import sys
import threading

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app

from local.emulator import calls, mends
from local.emulator.authority_server import AuthorityServer


def main(gateway: str, authority: str, ses_endpoint: str | None = None) -> None:
    mends.install(ses_endpoint)
    calls.install()
    server = AuthorityServer(int(authority))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    asyncio.run(_serve_gateway(gateway))


async def _serve_gateway(descriptor: str) -> None:
    config = Config()
    config.bind = [f"fd://{descriptor}"]
    config.keep_alive_timeout = 75  # seconds; longer than clients keep a connection idle
    # All state is in memory and dies with the process: there is nothing to shut down gracefully.
    await serve(app.app, config, shutdown_trigger=asyncio.Event().wait)


if __name__ == "__main__":
    main(*sys.argv[1:])
