"""How far the history can reach: what is farther off is a slip of the pen."""

from typing import Final

FIRST_YEAR: Final = 1850
"""That of the first thermometers of the weather service."""
LAST_YEAR: Final = 2099
