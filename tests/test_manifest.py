"""What users' machines are asked to install, and what the texts promise, is really there."""

from collections.abc import Iterator
import json
from pathlib import Path
import subprocess
import sys
from typing import Any

import homeassistant
from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.helpers.entity import EntityDescription
import pytest
import yaml

from custom_components.chocolate_factory.binary_sensor import RECOMMENDED, TOMORROW
from custom_components.chocolate_factory.event import DATA, RECOMMENDATION
from custom_components.chocolate_factory.influx_sensor import SENSORS as INFLUX_SENSORS
from custom_components.chocolate_factory.model_sensor import (
    FORECAST_ERROR,
    SENSORS as MODEL_SENSORS,
)
from custom_components.chocolate_factory.outlook_sensor import SENSORS as OUTLOOK_SENSORS
from custom_components.chocolate_factory.sensor import COMPLETENESS, HEALTH, KEY_EXPIRES, SENSORS
from custom_components.chocolate_factory.system_health import HOSTS
from custom_components.chocolate_factory.weather import WEATHER
from custom_components.chocolate_factory.weather_sensor import SENSORS as WEATHER_SENSORS

ALL_SENSORS = (
    *SENSORS,
    *WEATHER_SENSORS,
    *OUTLOOK_SENSORS,
    *MODEL_SENSORS,
    *INFLUX_SENSORS,
    FORECAST_ERROR,
    HEALTH,
    COMPLETENESS,
    KEY_EXPIRES,
)
# Those that Home Assistant draws.
ICONIC = {
    SensorDeviceClass.TEMPERATURE,
    SensorDeviceClass.HUMIDITY,
    SensorDeviceClass.ATMOSPHERIC_PRESSURE,
}

ROOT = Path(__file__).parent.parent
INTEGRATION = ROOT / "custom_components" / "chocolate_factory"


def load(name: str) -> Any:
    return json.loads((INTEGRATION / name).read_text())


def paths(texts: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text with its path."""
    if isinstance(texts, str):
        yield path, texts
        return
    for key, value in texts.items():
        yield from paths(value, f"{path}.{key}")


EN, ES = load("translations/en.json"), load("translations/es.json")


@pytest.mark.usefixtures("socket_enabled")
@pytest.mark.parametrize(
    "platform",
    [
        "x86_64-unknown-linux-musl",
        "aarch64-unknown-linux-musl",
        "x86_64-unknown-linux-gnu",
        "aarch64-unknown-linux-gnu",
    ],
)
def test_requirements_install_as_wheels_on_every_installation(
    platform: str, tmp_path: Path
) -> None:
    wanted = tmp_path / "requirements.in"
    wanted.write_text("\n".join(load("manifest.json")["requirements"]))
    constraints = Path(homeassistant.__file__).parent / "package_constraints.txt"
    result = subprocess.run(
        [
            *(Path(sys.executable).parent / "uv", "pip", "compile", wanted),
            *("--python-platform", platform, "--python-version", "3.14"),
            *("--only-binary", ":all:", "--constraints", constraints),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "numpy==" in result.stdout


def test_english_and_spanish_say_the_same_things() -> None:
    english, spanish = dict(paths(EN)), dict(paths(ES))
    assert english.keys() == spanish.keys()
    assert all(english.values())
    assert all(spanish.values())


def test_translations_name_the_same_placeholders() -> None:
    english, spanish = dict(paths(EN)), dict(paths(ES))
    for path, text in english.items():
        names = {word.split("}")[0] for word in text.split("{")[1:]}
        assert names == {word.split("}")[0] for word in spanish[path].split("{")[1:]}, path


def test_every_entity_has_a_name_and_an_icon() -> None:
    entities: dict[str, tuple[EntityDescription, ...]] = {
        "sensor": ALL_SENSORS,
        "binary_sensor": (TOMORROW, *RECOMMENDED),
        "weather": (WEATHER,),
        "event": (DATA, RECOMMENDATION),
    }
    assert set(EN["entity"]) == set(entities)
    icons = load("icons.json")["entity"]
    for platform, descriptions in entities.items():
        keys = {entity.key for entity in descriptions}
        assert set(EN["entity"][platform]) == keys
        assert all(EN["entity"][platform][key]["name"] for key in keys)
        # Home Assistant itself has icons for the weather, and for most device classes.
        have_icons = {
            entity.key
            for entity in descriptions
            if platform == "weather" or entity.device_class in ICONIC
        }
        assert keys - have_icons <= set(icons.get(platform, {})) <= keys


def test_every_state_of_an_enum_has_a_word() -> None:
    for sensor in ALL_SENSORS:
        if sensor.options:
            assert set(EN["entity"]["sensor"][sensor.key]["state"]) == set(sensor.options)


def test_every_action_and_field_is_described() -> None:
    services = yaml.safe_load((INTEGRATION / "services.yaml").read_text())
    assert services.keys() == EN["services"].keys() == load("icons.json")["services"].keys()
    for name, service in services.items():
        fields = service["fields"] if service else {}
        assert fields.keys() == EN["services"][name]["fields"].keys()


def test_every_key_that_the_code_says_is_translated() -> None:
    code = "".join(path.read_text() for path in INTEGRATION.rglob("*.py"))
    for kind in ("exceptions", "issues"):
        for key in EN[kind]:
            assert f'"{key}"' in code, f"{kind}.{key} is said by nobody"
    keys = {part.split('"')[0] for part in code.split('translation_key="')[1:]}
    keys |= {part.split('"')[0] for part in code.split('_invalid("')[1:]}
    assert keys
    known = EN["exceptions"].keys() | EN["issues"].keys() | EN["selector"].keys()
    assert keys <= known


def test_system_health_names_every_host() -> None:
    hosts = {host.translate(str.maketrans(".-", "__")) for host in HOSTS}
    assert set(EN["system_health"]["info"]) == hosts | {"store_size"}


def test_the_lock_file_names_no_registry() -> None:
    assert "://" not in (ROOT / "requirements.txt").read_text()


def test_the_version_is_the_same_everywhere() -> None:
    assert (
        f'version = "{load("manifest.json")["version"]}"' in (ROOT / "pyproject.toml").read_text()
    )
