"""Curves to ask questions of, and their minutes, which answer every question slowly but surely."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from custom_components.chocolate_factory.factory.prices import PriceCurve, PriceSlot
from custom_components.chocolate_factory.factory.series import Source

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

START = datetime(2026, 8, 4, 22, tzinfo=UTC)
"""Midnight in Madrid, before a Wednesday."""

MILLI = 1000
"""Prices of random curves are whole thousandths of a euro, so that sums of them are exact."""

# Hours and quarters as the market has them, and lengths as nobody has them.
_LENGTHS = (15, 60, 7)
_HOLES = (0, 0, 0, 0, 15, 60, 90)
# Few prices and many slots, so that there are always some of the same price.
_PRICES = st.integers(-3, 8)


def curve(
    prices: Iterable[float],
    *,
    start: datetime = START,
    length: timedelta = HOUR,
    source: Source = Source.REDATA,
) -> PriceCurve:
    """Return consecutive slots of one length."""
    return PriceCurve(
        tuple(
            PriceSlot(start + index * length, start + (index + 1) * length, price, source)
            for index, price in enumerate(prices)
        )
    )


@st.composite
def curves(draw: st.DrawFn, *, least: int = 0, most: int = 14) -> PriceCurve:
    """Draw slots of mixed lengths, with holes here and there."""
    at = START
    slots = []
    for length, hole, price in draw(
        st.lists(
            st.tuples(st.sampled_from(_LENGTHS), st.sampled_from(_HOLES), _PRICES),
            min_size=least,
            max_size=most,
        )
    ):
        at += hole * MINUTE
        end = at + length * MINUTE
        slots.append(PriceSlot(at, end, price / MILLI, Source.REDATA))
        at = end
    return PriceCurve(tuple(slots))


def instants(*, before: int = 90, after: int = 1200) -> st.SearchStrategy[datetime]:
    """Draw full minutes around the start of the random curves."""
    return st.integers(-before, after).map(lambda minute: START + minute * MINUTE)


def minutes(slots: Iterable[PriceSlot]) -> dict[datetime, int]:
    """Return every minute's price in thousandths of a euro; no minute may come twice.

    Only for slots that begin and end at full minutes.
    """
    prices: dict[datetime, int] = {}
    for slot in slots:
        count, rest = divmod(slot.end - slot.start, MINUTE)
        assert not rest
        for index in range(count):
            at = slot.start + index * MINUTE
            assert at not in prices
            prices[at] = round(slot.price * MILLI)
    return prices


def mean(prices: Sequence[int]) -> float:
    """Return the mean of minute prices in €/kWh."""
    return sum(prices) / len(prices) / MILLI
