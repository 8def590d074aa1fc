"""Where models are made: one thread, one piece of work at a time, which can be called off."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event
from typing import Final

type Check = Callable[[float], None]
"""Is told the share that is done, 0 to 1; raises when nobody wants the rest any more."""

_THREAD: Final = "chocolate_factory_learning"


class CalledOffError(Exception):
    """Nobody wants the work any more."""


class Workshop:
    """Does what takes seconds or minutes, so that nobody else has to wait for it.

    A thread of its own: the pool that Home Assistant shares with everybody stays free.
    """

    def __init__(self) -> None:
        """Begin no thread before there is work."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=_THREAD)
        self._closed = Event()

    async def do[T](
        self, work: Callable[[Check], T], on_progress: Callable[[float], None] | None = None
    ) -> T:
        """Do work when its turn comes; it stops soon after whoever waits for it is cancelled.

        `on_progress` is called in the event loop.
        """
        loop = asyncio.get_running_loop()
        called_off = Event()

        def tell(done: float) -> None:
            if on_progress and not called_off.is_set():
                on_progress(done)

        def check(done: float) -> None:
            if called_off.is_set() or self._closed.is_set():
                raise CalledOffError
            loop.call_soon_threadsafe(tell, done)

        def checked() -> T:
            check(0.0)
            return work(check)

        try:
            result = await loop.run_in_executor(self._thread, checked)
            # Work that is quick ends before anybody has heard how far it was.
            await asyncio.sleep(0)
            return result
        finally:
            called_off.set()

    async def close(self) -> None:
        """Call everything off, take no more work, and wait for what still has to stop."""
        self._closed.set()
        await asyncio.to_thread(partial(self._thread.shutdown, cancel_futures=True))
