"""A stand-in for every remote service, for the demo and the tests."""

from simulator.app import CLOCK, FAULTS, HOSTS, LOG, SKY, create_app
from simulator.faults import Failure, Fault
from simulator.recordings import recorded_days
from simulator.sky import Spell

__all__ = [
    "CLOCK",
    "FAULTS",
    "HOSTS",
    "LOG",
    "SKY",
    "Failure",
    "Fault",
    "Spell",
    "create_app",
    "recorded_days",
]
