"""From the words of a configuration entry to a contract."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from homeassistant.const import CONF_ZONE

from .const import (
    CONF_ACCESS_TARIFF,
    CONF_CONTRACT,
    CONF_ELECTRICITY_TAX,
    CONF_INCLUDE_ELECTRICITY_TAX,
    CONF_INCLUDE_VAT,
    CONF_LOSSES,
    CONF_MARGIN,
    CONF_VAT,
)
from .factory.contract import Contract, FixedContract, IndexedContract, PvpcContract, Taxes
from .factory.tariff import AccessTariff, TariffCalendar, Zone

# The usual rates: Ley 38/1992 article 99, and the general VAT.
DEFAULT_ELECTRICITY_TAX: Final = 5.11269632
DEFAULT_VAT: Final = 21.0


class ContractKind(StrEnum):
    """The kinds of contract that can be chosen."""

    PVPC = "pvpc"
    INDEXED = "indexed"
    FIXED = "fixed"


def contract_from(data: Mapping[str, Any], options: Mapping[str, Any]) -> Contract:
    """Return the contract that a configuration entry describes."""
    tariff = AccessTariff(data[CONF_ACCESS_TARIFF])
    calendar = TariffCalendar(tariff, Zone(data[CONF_ZONE]))
    taxes = _taxes(options)
    match ContractKind(data[CONF_CONTRACT]):
        case ContractKind.PVPC:
            return PvpcContract(calendar=calendar, taxes=taxes)
        case ContractKind.INDEXED:
            return IndexedContract(
                calendar=calendar,
                taxes=taxes,
                adders={period: data[period] for period in tariff.periods},
                losses=data[CONF_LOSSES],
                margin=data[CONF_MARGIN],
            )
        case ContractKind.FIXED:
            return FixedContract(
                calendar=calendar,
                taxes=taxes,
                prices={period: data[period] for period in tariff.periods},
            )


def _taxes(options: Mapping[str, Any]) -> Taxes:
    """Return the taxes that the user wants to see in the prices."""
    electricity_tax = options.get(CONF_ELECTRICITY_TAX, DEFAULT_ELECTRICITY_TAX)
    vat = options.get(CONF_VAT, DEFAULT_VAT)
    return Taxes(
        electricity_tax=electricity_tax if options.get(CONF_INCLUDE_ELECTRICITY_TAX) else 0,
        vat=vat if options.get(CONF_INCLUDE_VAT) else 0,
    )
