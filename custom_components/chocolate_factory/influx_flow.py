"""The part of the options about InfluxDB: which server, which database, and whether it works."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import CONF_PASSWORD, CONF_TOKEN, CONF_URL, CONF_USERNAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.util import dt as dt_util
import probatio
from yarl import URL

from .clients.errors import AuthenticationError, SourceError
from .clients.influx import (
    Api,
    CertificateError,
    Missing,
    MissingDatabaseError,
    NoInfluxError,
    UnreachableError,
)
from .const import (
    CONF_API,
    CONF_CA_FILE,
    CONF_DATABASE,
    CONF_INFLUXDB,
    CONF_ORGANIZATION,
    CONF_RETENTION_POLICY,
    CONF_SITE,
    CONF_VERIFY_TLS,
)
from .contracts import contract_from
from .history.errors import StoreError
from .history.points import Labels
from .influx import ReadBackError, async_connect, async_try, settings_of
from .influx_coordinator import async_forget_success
from .influx_secrets import SECRETS, OthersSecretError, hidden, is_kept, with_secret
from .influx_sites import async_namesake, async_others, is_called
from .shared import async_get_shared

_TEXT: Final = TextSelector()
_SECRET: Final = TextSelector(
    TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off")
)
_BEGIN: Final = {probatio.Required(CONF_URL): _TEXT}
_END: Final = {
    probatio.Required(CONF_SITE): _TEXT,
    probatio.Required(CONF_VERIFY_TLS, default=True): BooleanSelector(),
    probatio.Optional(CONF_CA_FILE): _TEXT,
}
_NOTHING: Final = probatio.Schema({})
_NOT_ALLOWED: Final = {Api.V1: "wrong_password", Api.V2: "wrong_token"}
_MISSING: Final[Mapping[Api, Mapping[Missing, dict[str, str]]]] = {
    Api.V1: {
        Missing.DATABASE: {CONF_DATABASE: "no_database"},
        Missing.RETENTION_POLICY: {CONF_RETENTION_POLICY: "no_retention_policy"},
        Missing.EVERYTHING: {CONF_URL: "no_influxdb"},
    },
    Api.V2: {
        Missing.DATABASE: {CONF_DATABASE: "no_bucket"},
        Missing.ORGANIZATION: {CONF_ORGANIZATION: "no_organization"},
        Missing.EVERYTHING: {CONF_URL: "no_influxdb"},
    },
}
_DOUBTS: Final[Mapping[type[SourceError], dict[str, str]]] = {
    NoInfluxError: {CONF_URL: "no_influxdb"},
    UnreachableError: {CONF_URL: "unreachable"},
    CertificateError: {CONF_CA_FILE: "not_trusted"},
    ReadBackError: {"base": "cannot_read_back"},
}
_OTHERWISE: Final = {"base": "cannot_write"}
CONF_SAME_FACTORY: Final = "same_factory"
_SAME_FACTORY: Final = {probatio.Optional(CONF_SAME_FACTORY, default=False): BooleanSelector()}
_SCHEMAS: Final = {
    Api.V1: probatio.Schema(
        {
            **_BEGIN,
            probatio.Required(CONF_DATABASE): _TEXT,
            probatio.Optional(CONF_USERNAME): _TEXT,
            probatio.Optional(CONF_PASSWORD): _SECRET,
            probatio.Optional(CONF_RETENTION_POLICY): _TEXT,
            **_END,
        }
    ),
    Api.V2: probatio.Schema(
        {
            **_BEGIN,
            probatio.Optional(CONF_ORGANIZATION): _TEXT,
            probatio.Required(CONF_DATABASE): _TEXT,
            probatio.Optional(CONF_TOKEN): _SECRET,
            **_END,
        }
    ),
}


class InfluxFlow(OptionsFlowWithReload):
    """Ask for a database until it has taken a point and shown it again."""

    _words: Mapping[str, Any] = MappingProxyType({})
    """The last answers, with their secret."""
    _others: Mapping[str, datetime] = MappingProxyType({})
    """Who else delivers under the name in the form, as far as the user was told."""
    _namesake: str = ""
    """Who of them is a factory here."""
    _host: str = ""
    """Who was asked last."""

    async def async_step_influxdb(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which kind of server it is, if any."""
        choices = ["influxdb_v2", "influxdb_v1"]
        if CONF_INFLUXDB in self.config_entry.options:
            choices.append("influxdb_off")
        return self.async_show_menu(
            step_id="influxdb", menu_options=choices, description_placeholders=self._in_use()
        )

    async def async_step_influxdb_v1(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a database of 1.x."""
        return await self._async_ask(Api.V1, user_input)

    async def async_step_influxdb_v2(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a bucket of a server that has tokens."""
        return await self._async_ask(Api.V2, user_input)

    async def async_step_influxdb_v1_stored(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the same where a password can be kept."""
        return await self._async_ask(Api.V1, user_input)

    async def async_step_influxdb_v2_stored(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask the same where a token can be kept."""
        return await self._async_ask(Api.V2, user_input)

    async def async_step_influxdb_off(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Deliver no more, when that was meant."""
        if user_input is None:
            return self.async_show_form(
                step_id="influxdb_off",
                data_schema=_NOTHING,
                description_placeholders=self._in_use(),
            )
        options = dict(self.config_entry.options)
        options.pop(CONF_INFLUXDB, None)
        return self.async_create_entry(data=options)

    def _in_use(self) -> dict[str, str]:
        """Return the name of the server that is delivered to."""
        url = self.config_entry.options.get(CONF_INFLUXDB, {}).get(CONF_URL, "")
        return {"server": URL(url).authority}

    async def _async_ask(self, api: Api, answers: dict[str, Any] | None) -> ConfigFlowResult:
        before: Mapping[str, Any] = self.config_entry.options.get(CONF_INFLUXDB, {})
        shown = hidden(before, api)
        errors: dict[str, str] = {}
        if answers is not None:
            is_same = answers.pop(CONF_SAME_FACTORY, False)
            url = answers[CONF_URL].strip()
            # What was emptied in the form is not in the answers. What was typed stays in the form,
            # the secret too: nothing else has to know it until all is well.
            shown = {CONF_API: api.value, **answers, CONF_URL: url}
            errors = await self._async_take(shown, before, is_same=is_same)
            if not errors:
                return self.async_create_entry(
                    data=self.config_entry.options | {CONF_INFLUXDB: self._words}
                )
        schema = _SCHEMAS[api].extend(_SAME_FACTORY) if self._others else _SCHEMAS[api]
        last = max(self._others.values(), default=None)
        return self.async_show_form(
            step_id=f"influxdb_{api}_stored" if is_kept(shown, api) else f"influxdb_{api}",
            data_schema=self.add_suggested_values_to_schema(
                schema, {CONF_SITE: self.config_entry.title, **shown}
            ),
            errors=errors,
            description_placeholders={
                "factory": self._namesake,
                "host": self._host,
                "last": f"{dt_util.as_local(last):%Y-%m-%d %H:%M}" if last else "",
            },
        )

    async def _async_take(
        self, answers: dict[str, Any], before: Mapping[str, Any], *, is_same: bool
    ) -> dict[str, str]:
        """Take some answers, and return what is wrong with them, by field."""
        if not _is_address(answers[CONF_URL]):
            return {CONF_URL: "invalid_url"}
        self._host = URL(answers[CONF_URL]).authority
        api = Api(answers[CONF_API])
        if not answers.get(SECRETS[api], "").isprintable():
            # What is not taken must not look as if it were.
            del answers[SECRETS[api]]
            return {SECRETS[api]: "secret_malformed"}
        try:
            self._words = with_secret(answers, before)
        except OthersSecretError:
            return {SECRETS[api]: "others_secret"}
        if other := async_namesake(self.hass, self.config_entry, self._words):
            return self._taken(other)
        return await self._async_check(api, self._words, is_same=is_same)

    async def _async_check(
        self, api: Api, words: Mapping[str, Any], *, is_same: bool
    ) -> dict[str, str]:
        """Return what does not work, by field."""
        entry, settings = self.config_entry, settings_of(words)
        zone = contract_from(entry.data, entry.options).calendar.zone.value
        try:
            labels = Labels(words[CONF_SITE], zone)
        except ValueError:
            return {CONF_SITE: "site_backslash" if "\\" in words[CONF_SITE] else "no_site"}
        try:
            database = await async_connect(self.hass, settings)
        except OSError:
            return {CONF_CA_FILE: "ca_file_unreadable"}
        try:
            await async_try(database, labels)
            others = await async_others(database, labels.site, entry.entry_id)
        except SourceError as error:
            return _doubt(error, api)
        finally:
            await database.close()
        told, self._others = self._others, others
        for who in others:
            other = self.hass.config_entries.async_get_entry(who)
            if other and is_called(other, labels.site):
                return self._taken(other)
        if others and not (is_same and others.keys() <= told.keys()):
            return {CONF_SITE: "site_in_use"}
        # If the store cannot be written, whoever is left alone for now is asked again later.
        with suppress(StoreError):
            await async_forget_success(await async_get_shared(self.hass), settings, entry)
        return {}

    def _taken(self, other: ConfigEntry) -> dict[str, str]:
        """Return that the name is another factory's, which has to keep it."""
        self._namesake, self._others = other.title, {}
        return {CONF_SITE: "site_taken"}


def _doubt(error: SourceError, api: Api) -> dict[str, str]:
    """Return what to say to an error, by field."""
    match error:
        case AuthenticationError():
            return {SECRETS[api]: _NOT_ALLOWED[api]}
        case MissingDatabaseError(what=what):
            return _MISSING[api].get(what, _MISSING[api][Missing.DATABASE])
    return next((doubt for kind, doubt in _DOUBTS.items() if isinstance(error, kind)), _OTHERWISE)


def _is_address(text: str) -> bool:
    """Tell whether a text is the address of a server, with no secret in it, and no question."""
    if not text.isprintable() or {"?", "#"} & set(text):
        return False
    try:
        url = URL(text)
    except ValueError:
        return False
    return (
        url.scheme in {"http", "https"}
        and bool(url.host)
        and url.user is None
        and url.password is None
    )
