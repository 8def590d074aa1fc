"""Installs scikit-learn where that is possible: once, in the background, and without a fuss.

It is no requirement of the integration: Home Assistant would refuse to start an integration whose
requirement cannot be installed, and on most installations this one cannot.
"""

import asyncio
import importlib
import logging
import os
import sys
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.requirements import pip_kwargs

from .const import DOMAIN
from .learning.trainers import REQUIREMENT, is_worth_installing

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
# Some 50 MB, over any line.
_PATIENCE: Final = 15 * 60


async def async_try_scikit_learn(hass: HomeAssistant) -> None:
    """Try to install scikit-learn if it is not there and that was never tried before.

    A new Python is a new chance.
    """
    if hass.config.skip_pip or not await hass.async_add_executor_job(is_worth_installing):
        return
    tries: Store[dict[str, Any]] = Store(hass, _VERSION, f"{DOMAIN}.scikit_learn")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if (await tries.async_load() or {}).get("python") == python:
        return
    # Noted first: whatever happens meanwhile, it is not tried at every start.
    await tries.async_save({"python": python})
    await _async_install(hass.config.config_dir)


async def _async_install(folder: str) -> None:
    """Install it as Home Assistant installs requirements, only that failing is no error."""
    options = pip_kwargs(folder)
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-progress"),
        *("--only-binary", ":all:", "--constraint", options["constraints"]),
        *(("--target", options["target"]) if "target" in options else ()),
        *("--python", sys.executable),
        REQUIREMENT,
    ]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"HTTP_TIMEOUT": str(options["timeout"])},
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            code = await process.wait()
    except TimeoutError:
        code = None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    # Python remembers what was not there.
    importlib.invalidate_caches()
    _LOGGER.debug("Installing scikit-learn ended with %s", code)
