"""scikit-learn is tried once where it might run, and nobody hears of it when it does not."""

import asyncio
from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.chocolate_factory.learning import trainers
from custom_components.chocolate_factory.scikit_learn import async_try_scikit_learn


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the commands that are begun; none of them may reach for the network."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    commands: list[tuple[str, ...]] = []
    begin: Callable[..., Any] = asyncio.create_subprocess_exec

    async def noted(*command: str, **options: Any) -> asyncio.subprocess.Process:
        commands.append(command)
        process: asyncio.subprocess.Process = await begin(*command, **options)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return commands


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let scikit-learn be missing from a system that it could be installed on."""
    monkeypatch.setattr(trainers, "find_spec", lambda _name: None)
    monkeypatch.setattr(trainers, "is_musl", lambda: False)


@pytest.mark.usefixtures("missing")
async def test_it_is_tried_once_and_never_again(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    begun: list[tuple[str, ...]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    hass.config.skip_pip = False
    caplog.set_level("INFO")
    await async_try_scikit_learn(hass)
    await async_try_scikit_learn(hass)
    (command,) = begun
    assert trainers.REQUIREMENT in command
    # Nothing that would have to be compiled, and nothing that Home Assistant has pinned.
    assert command[command.index("--only-binary") + 1] == ":all:"
    assert command[command.index("--constraint") + 1].endswith("package_constraints.txt")
    ours = [one for one in caplog.records if "chocolate_factory" in one.name]
    assert ours == []


@pytest.mark.usefixtures("missing")
async def test_another_python_is_another_chance(
    hass: HomeAssistant, hass_storage: dict[str, Any], begun: list[tuple[str, ...]]
) -> None:
    hass.config.skip_pip = False
    hass_storage["chocolate_factory.scikit_learn"] = {"version": 1, "data": {"python": "3.13"}}
    await async_try_scikit_learn(hass)
    assert len(begun) == 1


async def test_where_it_is_or_cannot_be_nothing_is_tried(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    begun: list[tuple[str, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hass.config.skip_pip = False
    await async_try_scikit_learn(hass)
    monkeypatch.setattr(trainers, "find_spec", lambda _name: None)
    monkeypatch.setattr(trainers, "is_musl", lambda: True)
    await async_try_scikit_learn(hass)
    monkeypatch.setattr(trainers, "is_musl", lambda: False)
    hass.config.skip_pip = True
    await async_try_scikit_learn(hass)
    assert begun == []
    assert "chocolate_factory.scikit_learn" not in hass_storage
