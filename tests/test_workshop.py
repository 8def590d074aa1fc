"""Work that takes its time stops when nobody wants it any more."""

import asyncio
from collections.abc import AsyncIterator, Callable
from threading import Event, current_thread

import pytest

from custom_components.chocolate_factory.workshop import CalledOffError, Check, Workshop


@pytest.fixture
async def workshop() -> AsyncIterator[Workshop]:
    """Return a workshop that is closed in the end."""
    workshop = Workshop()
    yield workshop
    await workshop.close()


def endless(begun: Event, ended: Event) -> Callable[[Check], None]:
    """Return work that only ends when it is called off."""

    def work(check: Check) -> None:
        begun.set()
        try:
            while True:
                check(0.5)
        finally:
            ended.set()

    return work


async def test_work_is_done_in_a_thread_of_its_own_and_says_how_far_it_is(
    workshop: Workshop,
) -> None:
    heard: list[float] = []

    def work(check: Check) -> str:
        check(0.5)
        return current_thread().name

    assert (await workshop.do(work, heard.append)).startswith("chocolate_factory_learning")
    await asyncio.sleep(0)
    assert heard == [0.0, 0.5]


async def test_work_stops_when_whoever_waits_for_it_is_cancelled(workshop: Workshop) -> None:
    begun, ended = Event(), Event()
    task = asyncio.create_task(workshop.do(endless(begun, ended)))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.to_thread(ended.wait, 5)
    assert await workshop.do(lambda _check: "the next one") == "the next one"


async def test_what_was_cancelled_before_its_turn_is_never_begun(workshop: Workshop) -> None:
    begun, ended, never = Event(), Event(), Event()
    first = asyncio.create_task(workshop.do(endless(begun, ended)))
    await asyncio.to_thread(begun.wait)
    second = asyncio.create_task(workshop.do(lambda _check: never.set()))
    await asyncio.sleep(0)
    second.cancel()
    first.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    await workshop.do(lambda _check: None)
    assert not never.is_set()


async def test_closing_calls_off_what_is_being_done(workshop: Workshop) -> None:
    begun, ended = Event(), Event()
    task = asyncio.create_task(workshop.do(endless(begun, ended)))
    await asyncio.to_thread(begun.wait)
    await workshop.close()
    with pytest.raises(CalledOffError):
        await task
    assert ended.is_set()


async def test_what_goes_wrong_is_told_to_whoever_waits(workshop: Workshop) -> None:
    def work(_check: Check) -> None:
        raise ValueError("no good")

    with pytest.raises(ValueError, match="no good"):
        await workshop.do(work)
