"""The regulated part of the PVPC: tolls and charges of the 2.0TD periods."""

from datetime import date, datetime

from simulator.madrid import MADRID

# Before this day the PVPC had no periods unless one asked for them.
PERIODS_SINCE = date(2021, 6, 1)
EUR_PER_MWH = {"P1": 97.2, "P2": 29.1, "P3": 3.3}
BEFORE_PERIODS = 44.0

# Month and day; the feasts that move, or that a region can move, are working days here.
HOLIDAYS = {(1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)}
PENINSULAR_HOURS = 8 * ["P3"] + 2 * ["P2"] + 4 * ["P1"] + 4 * ["P2"] + 4 * ["P1"] + 2 * ["P2"]
# Ceuta and Melilla
AFRICAN_HOURS = 8 * ["P3"] + 3 * ["P2"] + 4 * ["P1"] + 4 * ["P2"] + 4 * ["P1"] + ["P2"]


def toll(start: datetime, *, african: bool = False) -> float:
    """Return the tolls and charges of an hour, in euros per megawatt-hour."""
    wall = start.astimezone(MADRID)
    if wall.date() < PERIODS_SINCE:
        return BEFORE_PERIODS
    if wall.weekday() >= 5 or (wall.month, wall.day) in HOLIDAYS:
        return EUR_PER_MWH["P3"]
    return EUR_PER_MWH[(AFRICAN_HOURS if african else PENINSULAR_HOURS)[wall.hour]]
