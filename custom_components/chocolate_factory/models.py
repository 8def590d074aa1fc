"""The models of one factory: trained when there is something new to learn, kept, put to work."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
import logging
from pathlib import Path
import shutil
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store as Storage
from homeassistant.util import dt as dt_util

from .const import CONF_TRAINER, DOMAIN
from .factory.conditions import HourlyAir
from .factory.hybrid import RANKING, hybrid
from .factory.joined_forecast import join
from .factory.outcome import Outcome
from .failures import store_failed
from .history.errors import StoreError
from .history.store import FORECASTS_KEPT
from .history.weather import read_forecasts, read_weather
from .learning.bundle import ModelFileError
from .learning.decision_models import unmeasured
from .learning.foreseen import REACH, Foreseen, evenings
from .learning.material import Material, labelled_days
from .learning.trained import Before, load_trained, train
from .learning.trainers import TrainerChoice, TrainerMissingError
from .model_status import ModelStatus, model_status
from .price_coordinator import PriceCoordinator
from .price_forecasts import MEMORY
from .scikit_learn import async_try_scikit_learn
from .shared import Shared
from .weather_coordinator import WeatherCoordinator

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
# Listeners hear of every so much that is done.
_STEP: Final = 0.05
# So many more days of the past are worth another training.
_FILLED: Final = 7


class Models:
    """Trains one factory's models when its job says so, and remembers what they are worth."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        shared: Shared,
        prices: PriceCoordinator,
        weather: WeatherCoordinator,
    ) -> None:
        """Know nothing, so that the rule is at work."""
        self._hass = hass
        self._entry = entry
        self._shared = shared
        self._contract = prices.contract
        self._weather = weather
        self._folder = _folder(hass, entry)
        self._storage: Storage[dict[str, Any]] = _storage(hass, entry)
        self._memory: dict[str, Any] = {}
        self._refused: Mapping[str, str] = {}
        self._progress: float | None = None
        self._told = 0.0
        self._glance: tuple[object, ...] = ()
        self._lock = asyncio.Lock()
        self._listeners: list[Callable[[], None]] = []
        # Models of another contract, place or taste would be right about something else.
        self._terms = _digest((prices.contract, weather.limits, weather.sources.place))
        self.decisions = unmeasured()
        """What is put to work."""

    @property
    def status(self) -> ModelStatus:
        """Return who is at work, and why."""
        running = ModelStatus(
            refused=self._refused, running=self._progress is not None, progress=self._progress
        )
        return model_status(self._memory, self.decisions, running)

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call somebody whenever the status changes, until told otherwise."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def async_load(self) -> None:
        """Put to work what was trained before the restart, if it is sound and still fits."""
        memory = await self._storage.async_load()
        loaded = await self._hass.async_add_executor_job(load_trained, self._folder, self._terms)
        self._refused = loaded.refused
        for name, reason in loaded.refused.items():
            _LOGGER.info("The model %s of %s is not used: %s", name, self._entry.title, reason)
        # The newest sound one is at work until what was refused is trained anew.
        self.decisions = loaded.model or unmeasured()
        if memory and memory.get("terms") == self._terms and not loaded.refused:
            self._memory = memory

    async def async_keep_up(self) -> str | None:
        """Train if there is something new to learn; raises StoreError and HomeAssistantError."""
        series = self._contract.market
        # Years need not be read to find out that nothing has happened.
        glance = (
            dt_util.utcnow().date(),
            await self._shared.store.last_update(series) if series else None,
            await self._outcomes(),
        )
        if glance == self._glance:
            return None
        material = await self._collect()
        detail = None
        if (news := await self._news(material)) is not None:
            detail = await self._async_train(material, news, self._choice())
        self._glance = glance
        return detail

    def _choice(self) -> TrainerChoice:
        """Return who trains; it goes on where scikit-learn has been wished for and is gone."""
        numpy = TrainerChoice.NUMPY
        return numpy if self._entry.options.get(CONF_TRAINER) == numpy else TrainerChoice.AUTO

    async def async_train(self, *, force: bool = False, trainer: str | None = None) -> ModelStatus:
        """Train now if there is something new to learn, or at any rate with force.

        Ends with the factory. Raises HomeAssistantError when that cannot be.
        """
        task = self._entry.async_create_background_task(
            self._hass, self._train_now(force, trainer), f"{DOMAIN} training"
        )
        await asyncio.wait((task,))
        if task.cancelled():
            raise _error("training_cancelled")
        task.result()
        return self.status

    async def _train_now(self, force: bool, name: str | None) -> None:
        try:
            material = await self._collect()
        except StoreError as error:
            raise store_failed(error) from error
        if (news := await self._news(material, force=force)) is None:
            return
        choice = TrainerChoice(name or self._entry.options.get(CONF_TRAINER, TrainerChoice.AUTO))
        try:
            await self._async_train(material, news, choice)
        except TrainerMissingError as error:
            raise _error("trainer_missing") from error

    async def _async_train(
        self, material: Material, news: Mapping[str, Any], choice: TrainerChoice
    ) -> str:
        """Train, remember what came of it, and put to work who won."""
        async with self._lock:
            if choice is not TrainerChoice.NUMPY:
                await async_try_scikit_learn(self._hass)
            self._async_progress(0.0)
            try:
                trained = await self._shared.workshop.do(
                    lambda check: train(
                        material,
                        Before(self.decisions, self._memory.get("evaluation"), self._terms),
                        choice,
                        self._folder,
                        dt_util.utcnow(),
                        check,
                    ),
                    self._async_progress,
                )
                self._memory = {**trained.memory, **news, "terms": self._terms}
                self.decisions = trained.models
                self._refused = {}
                await self._storage.async_save(self._memory)
            except ModelFileError as error:
                raise _error("model_not_written", error=str(error)) from error
            finally:
                self._progress = None
                self._async_tell()
        return f"score: {trained.memory['score']}, class: {trained.memory['class']}"

    async def _collect(self) -> Material:
        """Return all there is to learn from; raises StoreError."""
        now = dt_util.utcnow()
        start = (now - MEMORY).replace(minute=0, second=0, microsecond=0)
        store, sources = self._shared.store, self._weather.sources
        series = self._contract.market
        market = await self._shared.price_forecasts.history(series, now) if series else None
        weather = await read_weather(store, sources.place, start, now, tuple(RANKING))
        air = await self._hass.async_add_executor_job(
            lambda: HourlyAir.measured(
                hybrid(weather, sources.hours, sources.zone, start=start, end=now)
            )
        )
        return Material(
            contract=self._contract,
            limits=self._weather.limits,
            market=market,
            air=air,
            foreseen=await self._foreseen(now),
            outcomes=await self._outcomes(),
        )

    async def _foreseen(self, now: datetime) -> Foreseen:
        """Return what was forecast of the air as long as that is kept; raises StoreError."""
        store, place = self._shared.store, self._weather.sources.place
        zone = self._contract.calendar.zone.time_zone
        issues = [
            (evening, forecasts)
            for evening in evenings(now - FORECASTS_KEPT, now, zone)
            if (forecasts := await read_forecasts(store, place, until=evening))
        ]
        return await self._hass.async_add_executor_job(
            lambda: Foreseen.of([join(said, evening, REACH) for evening, said in issues])
        )

    async def _outcomes(self) -> list[Outcome]:
        """Return what the maker told of the time that is learned from; raises StoreError."""
        now = dt_util.utcnow()
        told = await self._shared.store.read_outcomes(self._entry.entry_id, now - MEMORY, now)
        return [one.outcome for one in told]

    async def _news(self, material: Material, *, force: bool = False) -> dict[str, Any] | None:
        """Return what tells this material from others; None if it has been learned already."""
        signs = await self._hass.async_add_executor_job(_signs, material)
        return signs if force or _is_news(signs, self._memory) else None

    @callback
    def _async_progress(self, done: float) -> None:
        """Tell how far it is, now and then."""
        if self._progress is None or done - self._told >= _STEP:
            self._told = done
            self._progress = done
            self._async_tell()

    @callback
    def _async_tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


async def async_forget_models(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Throw away what was learned for a factory that is no more."""
    await _storage(hass, entry).async_remove()
    await hass.async_add_executor_job(
        lambda: shutil.rmtree(_folder(hass, entry), ignore_errors=True)
    )


def _folder(hass: HomeAssistant, entry: ConfigEntry) -> Path:
    return Path(hass.config.path(f"{DOMAIN}_models", entry.entry_id))


def _storage(hass: HomeAssistant, entry: ConfigEntry) -> Storage[dict[str, Any]]:
    return Storage(hass, _VERSION, f"{DOMAIN}.models.{entry.entry_id}", atomic_writes=True)


def _signs(material: Material) -> dict[str, Any]:
    """Return what tells whether there is something new to learn, as JSON knows it."""
    first, last = labelled_days(material) or (0, 0)
    return {"first_day": first, "last_day": last, "outcomes": _digest(tuple(material.outcomes))}


def _is_news(signs: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Tell whether another day has turned out, years were filled, or the maker told something."""
    return not known or bool(
        signs["last_day"] > known["last_day"]
        or signs["first_day"] <= known["first_day"] - _FILLED
        or signs["outcomes"] != known["outcomes"]
    )


def _digest(what: object) -> str:
    return sha256(repr(what).encode()).hexdigest()[:16]


def _error(key: str, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders
    )
