"""A stand-in for every remote service, for the demo and the tests."""

from simulator.app import CLOCK, FAULTS, HOSTS, LOG, create_app
from simulator.faults import Failure, Fault
from simulator.recordings import recorded_days

__all__ = [
    "CLOCK",
    "FAULTS",
    "HOSTS",
    "LOG",
    "Failure",
    "Fault",
    "create_app",
    "recorded_days",
]
