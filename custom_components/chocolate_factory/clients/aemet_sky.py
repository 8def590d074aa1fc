"""AEMET's codes for the sky, as it lists them under "Estado del cielo"; n stands for night."""

from typing import Final

from ..factory.weather import Condition

_SKIES: Final = {
    Condition.SUNNY: ("11",),
    Condition.CLEAR_NIGHT: ("11n",),
    # Poco nuboso, intervalos nubosos.
    Condition.PARTLY_CLOUDY: ("12", "13"),
    # Nuboso, muy nuboso, cubierto, nubes altas.
    Condition.CLOUDY: ("14", "15", "16", "17"),
    # With lluvia, and with lluvia escasa.
    Condition.RAINY: ("23", "24", "25", "26", "43", "44", "45", "46"),
    # Chubascos.
    Condition.POURING: ("27",),
    # With nieve, and with nieve escasa.
    Condition.SNOWY: ("33", "34", "35", "36", "71", "72", "73", "74"),
    # With tormenta, and with tormenta y lluvia escasa.
    Condition.LIGHTNING: ("51", "52", "53", "54"),
    Condition.LIGHTNING_RAINY: ("61", "62", "63", "64"),
    # Niebla, bruma.
    Condition.FOG: ("81", "82"),
    # Calima, dust from the Sahara.
    Condition.EXCEPTIONAL: ("83",),
}
_CONDITIONS: Final = {code: condition for condition, codes in _SKIES.items() for code in codes}


def sky(code: object) -> float | None:
    """Return the position of the condition that a code stands for, if it is a known one."""
    if not isinstance(code, str):
        return None
    condition = _CONDITIONS.get(code) or _CONDITIONS.get(code.removesuffix("n"))
    return None if condition is None else condition.code
