"""Ridge regressions side by side, one for each lead, which shrink to a constant."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

# Inputs farther from their mean, in standard deviations, count as if they were no farther.
_FARTHEST: Final = 4
# Inputs that hardly ever move are not blown up to the size of the others.
_LEAST_DEVIATION: Final = 0.05
# Weather is looked at once it was known, together with the prices, for a year of days.
_LEAST_INFORMED: Final = 350
# Weather of many places is much the same: from so many inputs on, each is believed less.
_MANY: Final = 40


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Inputs:
    """What prices are foretold from."""

    plain: NDArray[np.float64]
    """What is always known, (leads, n, inputs)."""
    weather: NDArray[np.float64]
    """What the weather of the days to come says, (leads, n, more inputs)."""
    informed: NDArray[np.bool_]
    """Where that is known, (leads, n)."""

    @property
    def all(self) -> NDArray[np.float64]:
        """Return all inputs."""
        return np.concatenate([self.plain, self.weather], axis=2)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ridge:
    """Linear maps from inputs (leads, n, inputs) to outputs (leads, n, outputs)."""

    centre: NDArray[np.float64]
    """The mean of each input, (leads, inputs)."""
    deviation: NDArray[np.float64]
    """Its standard deviation, (leads, inputs)."""
    slopes: NDArray[np.float64]
    """What a standardised input adds, (leads, inputs, outputs)."""
    level: NDArray[np.float64]
    """What is expected of mean inputs, (leads, outputs)."""

    @classmethod
    def fit(
        cls,
        inputs: NDArray[np.float64],
        outputs: NDArray[np.float64],
        *,
        penalty: float | NDArray[np.float64],
    ) -> Self:
        """Learn from examples; slopes shrink as if `penalty` more examples had shown none.

        The penalty is that of all inputs or of each one, (inputs,).
        """
        centre = inputs.mean(axis=1)
        squares = np.stack([np.einsum("ij,ij->j", example, example) for example in inputs])
        variance = np.maximum(squares / inputs.shape[1] - centre**2, 0)
        deviation = np.sqrt(variance) + _LEAST_DEVIATION
        level = outputs.mean(axis=1)
        ridge = np.eye(inputs.shape[2]) * penalty
        slopes: list[NDArray[np.float64]] = []
        # Lead by lead, as BLAS is quick with plain matrices only; single precision is twice as
        # quick, and far finer than what examples can tell.
        for example, output in zip(inputs, outputs - level[:, None], strict=True):
            lead = len(slopes)
            standard = _standardise(example, centre[lead], deviation[lead]).astype(np.float32)
            products = (standard.T @ standard).astype(np.float64)
            targets = (standard.T @ output.astype(np.float32)).astype(np.float64)
            slopes.append(np.linalg.solve(products + ridge, targets))
        return cls(centre=centre, deviation=deviation, slopes=np.stack(slopes), level=level)

    def predict(self, inputs: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the outputs."""
        outputs: NDArray[np.float64] = (
            _standardise(inputs, self.centre[:, None], self.deviation[:, None]) @ self.slopes
            + self.level[:, None]
        )
        return outputs


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A ridge with the weather, and one without for days of which it is not known."""

    plain: Ridge
    informed: Ridge | None

    @classmethod
    def fit(cls, inputs: Inputs, outputs: NDArray[np.float64], *, penalty: float) -> Self:
        """Learn from examples, and from the weather if it was known for long enough."""
        plain = Ridge.fit(inputs.plain, outputs, penalty=penalty)
        known = inputs.informed.all(axis=0)
        if np.count_nonzero(known) < _LEAST_INFORMED:
            return cls(plain, None)
        everything = inputs.all[:, known]
        shares = np.ones(everything.shape[2])
        shares[inputs.plain.shape[2] :] = max(1, inputs.weather.shape[2] / _MANY)
        return cls(plain, Ridge.fit(everything, outputs[:, known], penalty=penalty * shares))

    def predict(self, inputs: Inputs) -> NDArray[np.float64]:
        """Return the outputs, (leads, n, outputs)."""
        outputs = self.plain.predict(inputs.plain)
        if self.informed is None or not inputs.informed.any():
            return outputs
        return np.where(inputs.informed[..., None], self.informed.predict(inputs.all), outputs)


def _standardise(
    inputs: NDArray[np.float64], centre: NDArray[np.float64], deviation: NDArray[np.float64]
) -> NDArray[np.float64]:
    standard = inputs - centre
    standard /= deviation
    return np.clip(standard, -_FARTHEST, _FARTHEST, out=standard)
