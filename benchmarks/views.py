"""As much as a dashboard may ever have to show: no column is empty, and no two slots are alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from custom_components.chocolate_factory.clients.gatekeeper import HostState
from custom_components.chocolate_factory.dashboard_json import View
from custom_components.chocolate_factory.factory.blend import Blend
from custom_components.chocolate_factory.factory.comfort import ComfortLimits
from custom_components.chocolate_factory.factory.conditions import HourlyAir, MarketPrices
from custom_components.chocolate_factory.factory.contract import IndexedContract
from custom_components.chocolate_factory.factory.contract_prices import ContractPrices
from custom_components.chocolate_factory.factory.features import NAMES
from custom_components.chocolate_factory.factory.forecast_error import ForecastErrors, MeanError
from custom_components.chocolate_factory.factory.hybrid import Observation, Reading
from custom_components.chocolate_factory.factory.local_weather import Comfort
from custom_components.chocolate_factory.factory.outlook import Outlook, Reason
from custom_components.chocolate_factory.factory.panorama import Panorama
from custom_components.chocolate_factory.factory.price_issue import PriceIssue
from custom_components.chocolate_factory.factory.prices import PriceCurve, PriceSlot
from custom_components.chocolate_factory.factory.recommendation import Engine, Recommendation
from custom_components.chocolate_factory.factory.series import Series, Source
from custom_components.chocolate_factory.factory.tariff import (
    AccessTariff,
    Period,
    TariffCalendar,
    Zone,
)
from custom_components.chocolate_factory.factory.weather import KEPT, Measure
from custom_components.chocolate_factory.health import Finding, Health, Severity
from custom_components.chocolate_factory.history.gaps import Coverage, Gap, Reason as GapReason
from custom_components.chocolate_factory.history.jobs import JobOutcome, JobRun, JobState
from custom_components.chocolate_factory.history.recommendations import PastRecommendation
from custom_components.chocolate_factory.jobs import Job
from custom_components.chocolate_factory.learning.advisor import Advisor
from custom_components.chocolate_factory.learning.reasons import KEYS
from custom_components.chocolate_factory.model_status import ModelStatus, Scores
from custom_components.chocolate_factory.outlooks import Knowledge, Week, span
from custom_components.chocolate_factory.schedule import Every

# Yesterday and today are over, and the week ahead has begun: there is never more to show.
LATE: Final = datetime(2026, 8, 5, 21, 50, tzinfo=UTC)
_HOUR: Final = 3600
_DAY: Final = timedelta(days=1)
_MADRID: Final = ZoneInfo("Europe/Madrid")
_CONTRACT: Final = IndexedContract(
    calendar=TariffCalendar(AccessTariff.T6_XTD, Zone.PENINSULA),
    adders=dict.fromkeys(Period, 0.02),
)
_JOBS: Final = (
    *("prices", "weather", "gaps", "credentials", "health", "predictions", "training"),
    "price_drivers",
)
_FIGURES: Final = (
    *("r2", "mae", "spearman", "accuracy", "macro_f1", "log_loss", "brier", "calibration_error"),
    *("regret", "saved"),
)
_HOSTS: Final = (
    *("apidatos.ree.es", "api.esios.ree.es", "www.omie.es", "opendata.aemet.es"),
    *("api.openweathermap.org", "api.open-meteo.com", "archive-api.open-meteo.com"),
)


def week(seconds: int, now: datetime = LATE) -> Week:
    """Return a week of slots of one length, all of them with a price and with air."""
    generator = np.random.default_rng(2026)
    start, published_end = (int(edge.timestamp()) for edge in span(now, _CONTRACT))
    end = int((now + 10 * _DAY).timestamp()) // _HOUR * _HOUR
    starts = np.arange(start, end, seconds)
    prices = generator.uniform(-0.05, 0.3, len(starts))
    is_published = starts < published_end
    hours = np.arange(start, end, _HOUR)
    turn = 2 * np.pi * hours / 86_400
    noise = generator.normal(0, 1, len(hours))
    air = {
        Measure.TEMPERATURE: 24 - 9 * np.cos(turn) + noise,
        Measure.HUMIDITY: 55 + 25 * np.cos(turn) + noise,
        Measure.PRESSURE: 1013 + noise,
    }
    blend = Blend(
        start=datetime.fromtimestamp(start, UTC),
        ranking=(Source.OPEN_METEO,),
        values={measure: air.get(measure, noise) for measure in KEPT},
        sources=dict.fromkeys(KEPT, np.zeros(len(hours), dtype=np.int8)),
    )
    return Week.of(
        Knowledge(
            now=now,
            contract=_CONTRACT,
            limits=ComfortLimits(),
            market=MarketPrices(
                starts=starts[is_published],
                seconds=np.full(is_published.sum(), seconds),
                values=prices[is_published],
                estimated=np.zeros(is_published.sum(), dtype=np.bool_),
            ),
            issue=PriceIssue(
                series=Series.SPOT,
                issued=now,
                known_until=datetime.fromtimestamp(published_end, UTC),
                starts=starts[~is_published],
                seconds=seconds,
                low=prices[~is_published] - 0.0211,
                middle=prices[~is_published],
                high=prices[~is_published] + 0.0233,
            ),
            air=HourlyAir.measured(blend),
            room=None,
            advisor=Advisor(),
        )
    )


def view(seconds: int, now: datetime = LATE) -> View:
    """Return all there may be to see when slots are of one length."""
    panorama = _talkative(week(seconds, now).panorama())
    return View(
        now=now,
        entry_id="01JZ0123456789ABCDEFGHJKMN",
        title="Obrador de la Plaza Mayor",
        contract="indexed",
        tariff="6_xtd",
        panorama=panorama,
        past=_said(panorama),
        prices=_prices(panorama, now),
        errors=ForecastErrors(MeanError(0.01234, 0.02345, 168.25), ()),
        reading=_reading(now),
        limits=ComfortLimits(),
        comfort=Comfort(
            temperature=24.6,
            humidity=51.3,
            pressure=None,
            is_measured=True,
            dew_point=13.9,
            index=71.2,
            heat_stress=0.31,
        ),
        models=_models(now),
        health=Health(
            tuple(
                Finding(severity=Severity.DEGRADED, key="host_failing", subject=host)
                for host in _HOSTS
            )
        ),
        hosts={
            host: HostState(failures=3, refusals=1, retry_at=now + timedelta(minutes=7))
            for host in _HOSTS
        },
        coverages={name: _coverage(name, now) for name in ("pvpc", "spot", *map(str, KEPT))},
        is_filling=True,
        jobs=[_job(name, now) for name in _JOBS],
    )


def _talkative(panorama: Panorama) -> Panorama:
    """Return the same with three reasons for every slot, and another word in each."""
    outlook = panorama.outlook
    generator = np.random.default_rng(7)
    count = len(outlook)
    keys = generator.permuted(np.tile(np.arange(len(KEYS)), (count, 1)), axis=1)[:, :3]
    effects = generator.choice([-1, 1], (count, 3)) * generator.uniform(10, 50, (count, 3))
    recommendation = (np.arange(count) % len(Recommendation)).astype(np.int8)
    probabilities = np.full((count, len(Recommendation)), 0.1)
    probabilities[np.arange(count), recommendation] = generator.uniform(0.5, 0.7, count)
    shown: Outlook = replace(
        outlook,
        recommendation=recommendation,
        probabilities=probabilities,
        score=generator.uniform(10, 99, count),
        reasons=tuple(
            tuple(Reason(KEYS[key], effect) for key, effect in zip(*slot, strict=True))
            for slot in zip(keys.tolist(), effects.tolist(), strict=True)
        ),
    )
    return replace(panorama, outlook=shown)


def _said(panorama: Panorama) -> list[PastRecommendation]:
    return [
        PastRecommendation(
            start=datetime.fromtimestamp(start, UTC),
            seconds=seconds,
            recommendation=Recommendation.of(start // seconds % 4),
            score=10 + start / seconds % 90,
            engine=Engine.MODEL,
        )
        for start, seconds in zip(
            panorama.starts[: panorama.ahead].tolist(), panorama.seconds.tolist(), strict=False
        )
    ]


def _prices(panorama: Panorama, now: datetime) -> ContractPrices:
    slots = zip(
        panorama.starts.tolist(), panorama.seconds.tolist(), panorama.price.tolist(), strict=True
    )
    curve = PriceCurve(
        tuple(
            PriceSlot(
                datetime.fromtimestamp(start, UTC),
                datetime.fromtimestamp(start + seconds, UTC),
                price,
                Source.OMIE,
            )
            for start, seconds, price in slots
        )
    )
    return ContractPrices(contract=_CONTRACT, energy=curve, curve=curve, updated=now)


def _reading(now: datetime) -> Reading:
    hour = now.replace(minute=0)
    values = {Measure.TEMPERATURE: 24.61, Measure.HUMIDITY: 51.32, Measure.PRESSURE: 1013.24}
    return Reading(
        {
            measure: Observation(value=value, source=Source.OPENWEATHERMAP, hour=hour, stale=False)
            for measure, value in values.items()
        }
    )


def _models(now: datetime) -> ModelStatus:
    figures = dict.fromkeys(_FIGURES, 0.12345)
    scores = Scores(model=figures, rule=figures, naive=figures)
    return ModelStatus(
        engine=Engine.MODEL,
        score_engine=Engine.MODEL,
        reason=None,
        trained=now,
        trainer="scikit-learn",
        rows=26_280,
        span=(now - 1095 * _DAY, now),
        score=scores,
        recommendation=scores,
        importance=dict.fromkeys(NAMES, 0.12345),
        running=True,
        progress=0.55,
    )


def _coverage(name: str, now: datetime) -> Coverage:
    """Return a month in which every day lacks something."""
    hour = now.replace(minute=0)
    days = [hour - number * _DAY for number in range(1, 31)]
    return Coverage(
        series=name,
        start=hour - 30 * _DAY,
        end=hour,
        gaps=tuple(
            Gap(start=day, end=day + _DAY / 24, slots=1, reason=GapReason.FILLABLE)
            for day in reversed(days)
        ),
    )


def _job(name: str, now: datetime) -> Job:
    run = JobRun(
        started=now - timedelta(minutes=5),
        seconds=12.345,
        outcome=JobOutcome.PARTIAL,
        detail="12 new values; no answer from " + ", ".join(_HOSTS),
    )
    state = JobState(run=run, failures=2, due=now)
    return Job(name=name, schedule=Every(timedelta(minutes=30)), due=now, state=state)
