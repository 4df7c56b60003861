"""An event loop in a thread of its own, for servers that must run beside blocking code."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

_TIMEOUT_SECONDS = 30
Result = TypeVar("Result")


class LoopThread:
    """Runs until closed; whatever then still runs on the loop is cancelled."""

    def __init__(self, name: str) -> None:
        self._stop = asyncio.Event()
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._main(started)), name=name, daemon=True
        )
        self._thread.start()
        self.loop = started.result(_TIMEOUT_SECONDS)

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the loop from another thread, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(_TIMEOUT_SECONDS)

    def finish_jobs(self) -> None:
        """Wait for what `asyncio.to_thread` started; nothing can be started that way afterwards."""
        self.run(self.loop.shutdown_default_executor())

    def close(self) -> None:
        """Stop the loop and wait for its thread; a second call does nothing."""
        if self._thread.is_alive():
            self.loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()

    async def _main(self, started: "Future[asyncio.AbstractEventLoop]") -> None:
        started.set_result(asyncio.get_running_loop())
        await self._stop.wait()
