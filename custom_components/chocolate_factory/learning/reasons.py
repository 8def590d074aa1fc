"""Why a slot is recommended or not, in a maker's words."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..factory.comfort import ComfortLimits, chocolate_production_index, indoors
from ..factory.features import NAMES
from ..factory.outlook import Reason
from .inputs import INDEX, INPUTS, RULE_SCORE

# What a maker would call the inputs; sentences in the translations, with `_good` or `_bad`.
_WORDS: Final = {
    "price": ("price", "price_rank", "price_to_week", "energy_optimization_score"),
    "tariff_period": ("tariff_period",),
    "time_of_day": ("hour_sin", "hour_cos"),
    "working_day": ("working_day",),
    "heat": ("temperature", "heat_stress_factor"),
    "damp": ("humidity", "dew_point"),
    "pressure": ("pressure",),
    "air": ("chocolate_production_index",),
    "distance": ("lead", "ahead"),
}
KEYS: Final = tuple(_WORDS)
MOST: Final = 3

# Less than so many points is not worth a sentence.
_LEAST: Final = 1.0
_PRICE, _HEAT, _DAMP, _AIR = (KEYS.index(key) for key in ("price", "heat", "damp", "air"))
_TEMPERATURE, _HUMIDITY = NAMES.index("temperature"), NAMES.index("humidity")
# Which word each input belongs to, (inputs, words).
_BELONGS: Final = np.array(
    [[name in names for names in _WORDS.values()] for name in INPUTS], dtype=np.float64
)


def reasons(
    inputs: NDArray[np.float64],
    moved: NDArray[np.float64],
    limits: ComfortLimits,
) -> tuple[tuple[Reason, ...], ...]:
    """Return the strongest reasons of each slot, at most three.

    Given are the slots' inputs, (n, f), and how many points each moved, (n, f); where those are
    NaN, it is the rule that is explained. What the chocolate production index moved is put down to
    heat or damp, whichever takes more away from it.
    """
    heat, damp = _losses(inputs, limits)
    effects = moved @ _BELONGS
    by_rule = np.isnan(moved).any(axis=1)
    effects[by_rule] = 0
    effects[by_rule, _PRICE] = inputs[by_rule, RULE_SCORE] - 50
    effects[by_rule, _AIR] = inputs[by_rule, INDEX] - 100
    word = np.where(heat + damp == 0, _AIR, np.where(heat >= damp, _HEAT, _DAMP))
    slots = np.arange(len(inputs))
    of_air = effects[:, _AIR].copy()
    effects[:, _AIR] = 0
    effects[slots, word] += of_air
    return _told(np.nan_to_num(effects))


def _losses(
    inputs: NDArray[np.float64], limits: ComfortLimits
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how much heat, or cold, and damp each take away from the index of the air."""
    temperature, humidity = indoors(inputs[:, _TEMPERATURE], inputs[:, _HUMIDITY], limits)
    mild = np.full(len(inputs), limits.best_temperature)
    left = chocolate_production_index(
        np.stack([temperature, mild]),
        np.stack([np.minimum(humidity, limits.best_humidity / 2), humidity]),
        limits,
    )
    heat, damp = np.nan_to_num(100 - left)
    return heat, damp


def _told(effects: NDArray[np.float64]) -> tuple[tuple[Reason, ...], ...]:
    """Return the reasons with the most points, (n, words), the strongest first."""
    order = np.argsort(-np.abs(effects), axis=1, kind="stable")[:, :MOST]
    strongest = np.round(np.take_along_axis(effects, order, axis=1), 1)
    return tuple(
        tuple(
            Reason(KEYS[word], effect)
            for word, effect in zip(words, points, strict=True)
            if not -_LEAST < effect < _LEAST
        )
        for words, points in zip(order.tolist(), strongest.tolist(), strict=True)
    )
