"""Puts the coming week together: what is known of it, and what is advised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .factory.comfort import ComfortLimits
from .factory.conditions import Conditions, HourlyAir, MarketPrices, conditions
from .factory.contract import Contract
from .factory.features import NAMES
from .factory.local_weather import Comfort
from .factory.outlook import HORIZON, Outlook, WhatIf
from .factory.panorama import Panorama
from .factory.price_issue import PriceIssue
from .factory.recommendation import Recommendation
from .factory.tariff import local_day
from .learning.advisor import Advice, Advisor
from .learning.situation import Situation

# What a slot is compared with: the week before today, and half a week before that.
_DAYS_BACK: Final = 11
_DAY: Final = timedelta(days=1)
_INDEX: Final = NAMES.index("chocolate_production_index")
_HEAT_STRESS: Final = NAMES.index("heat_stress_factor")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Knowledge:
    """All that an outlook is made of."""

    now: datetime
    contract: Contract
    limits: ComfortLimits
    market: MarketPrices | None
    """None if the contract follows no market."""
    issue: PriceIssue | None
    """What is forecast of it, if anything is."""
    air: HourlyAir
    """Outdoors."""
    room: Comfort | None
    """What the room's own sensors say now; None where there are none."""
    advisor: Advisor


@dataclass(frozen=True, slots=True, eq=False)
class Week:
    """An outlook, and the situation that it is about, to ask more of."""

    outlook: Outlook
    situation: Situation
    advisor: Advisor
    known: Conditions

    @classmethod
    def of(cls, knowledge: Knowledge) -> Week:
        """Put together what is known now; takes some ten milliseconds."""
        start, _ = span(knowledge.now, knowledge.contract)
        zone = knowledge.contract.calendar.zone.time_zone
        last_day = (knowledge.now + HORIZON).astimezone(zone).date()
        known = conditions(
            knowledge.contract,
            knowledge.market,
            knowledge.issue,
            knowledge.air,
            start,
            local_day(last_day, zone)[1],
        )
        situation = Situation(
            now=int(knowledge.now.timestamp()),
            starts=known.starts,
            seconds=known.seconds,
            price=known.price,
            published=known.published,
            air=known.air,
            calendar=knowledge.contract.calendar,
            limits=knowledge.limits,
            room=(room.index, room.heat_stress) if (room := knowledge.room) else None,
        )
        rows = situation.ahead
        rows = rows[known.starts[rows] < (knowledge.now + HORIZON).timestamp()]
        advice = knowledge.advisor.advise(situation, rows)
        return cls(_outlook(knowledge, known, rows, advice), situation, knowledge.advisor, known)

    def panorama(self) -> Panorama:
        """Return what is shown: everything since the midnight before the last one."""
        calendar = self.situation.calendar
        zone = calendar.zone.time_zone
        yesterday = self.outlook.issued.astimezone(zone).date() - _DAY
        return Panorama.of(
            self.known,
            self.outlook,
            calendar,
            self.situation.limits,
            local_day(yesterday, zone)[0],
        )

    def what_if(
        self,
        at: datetime,
        *,
        price: float,
        temperature: float,
        humidity: float,
        pressure: float | None,
    ) -> WhatIf:
        """Return what would be said of a slot with another price, all-in, and other air outdoors.

        Raises ValueError for a time that is not in the outlook, or of which too little is known.
        """
        advice = self.advisor.what_if(
            self.situation,
            int(at.timestamp()),
            price=price,
            temperature=temperature,
            humidity=humidity,
            pressure=pressure,
        )
        position = int(advice.recommendation[0])
        if position < 0 or np.isnan(advice.score[0]):
            raise ValueError("too little is known of that time")
        return WhatIf(
            score=float(advice.score[0]),
            recommendation=Recommendation.of(position),
            probabilities=tuple(advice.probabilities[0].tolist()),
            reasons=advice.reasons[0],
            engine=advice.engine,
            score_engine=advice.score_engine,
        )


def span(now: datetime, contract: Contract) -> tuple[datetime, datetime]:
    """Return from when on prices are needed, and where those that may be published end."""
    zone = contract.calendar.zone.time_zone
    today = now.astimezone(zone).date()
    return local_day(today - _DAYS_BACK * _DAY, zone)[0], local_day(today + 2 * _DAY, zone)[1]


def _outlook(
    knowledge: Knowledge, known: Conditions, rows: NDArray[np.intp], advice: Advice
) -> Outlook:
    return Outlook(
        issued=knowledge.now,
        zone=knowledge.contract.calendar.zone.time_zone,
        engine=advice.engine,
        score_engine=advice.score_engine,
        starts=known.starts[rows],
        seconds=known.seconds[rows],
        price=known.price[rows],
        price_low=known.low[rows],
        price_high=known.high[rows],
        origin=known.origin[rows],
        temperature=known.air.temperature[rows],
        humidity=known.air.humidity[rows],
        features=advice.features,
        index=advice.features[:, _INDEX],
        heat_stress=advice.features[:, _HEAT_STRESS],
        score=advice.score,
        probabilities=advice.probabilities,
        recommendation=advice.recommendation,
        reasons=advice.reasons,
    )
