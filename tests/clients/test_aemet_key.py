from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.chocolate_factory.clients.aemet_key import AemetKey, AemetKeyring
from simulator.aemet import key
from tests.clients.far_side import NOON, Clock

IN_SPRING = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)


def token(claims: object, header: object = None, signature: str = "c2lnbmF0dXJl") -> str:
    """Return a JSON web token with claims: bytes as they are, anything else as JSON."""
    parts = ({"alg": "HS256"} if header is None else header, claims)
    encoded = (
        urlsafe_b64encode(part if isinstance(part, bytes) else json.dumps(part).encode())
        for part in parts
    )
    return ".".join((*(part.decode().rstrip("=") for part in encoded), signature))


def test_a_key_knows_when_it_expires() -> None:
    parsed = AemetKey.parse(key(IN_SPRING))

    assert parsed.expires == IN_SPRING
    assert parsed.text == key(IN_SPRING)
    assert not parsed.is_expired(IN_SPRING - timedelta(seconds=1))
    assert parsed.is_expired(IN_SPRING)


@pytest.mark.parametrize("text", [key(None), token({"exp": None})])
def test_a_key_without_a_time_never_expires_by_itself(text: str) -> None:
    parsed = AemetKey.parse(text)

    assert parsed.expires is None
    assert not parsed.is_expired(datetime.max.replace(tzinfo=UTC))


def test_blanks_around_a_key_do_not_matter() -> None:
    assert AemetKey.parse(f"  {key(IN_SPRING)}\n") == AemetKey.parse(key(IN_SPRING))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret",
        "secret.secret",
        "secret.secret.secret",
        "secret.secret.secret.secret",
        f"{key(IN_SPRING)}.secret",
        key(IN_SPRING).replace(".", ". "),
        key(IN_SPRING).replace(".", "\n."),
        f"{key(IN_SPRING)}\r\nX: secret",
        key(IN_SPRING).rpartition(".")[0] + ".",
        token({"exp": IN_SPRING.timestamp()}, signature="sécret"),
        token([]),
        token("secret"),
        token(None),
        token(b"secret"),
        token(b"\xff\xfe"),
        token(b"[" * 100_000),
        token({}, header=b"secret"),
        token({}, header=[]),
        token({"exp": "secret"}),
        token({"exp": True}),
        token({"exp": [1]}),
        token({"exp": 1e300}),
        token({"exp": 10**400}),
        token({"exp": float("nan")}),
        token({"exp": float("inf")}),
    ],
    ids=range(26),
)
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(ValueError, match="a key of AEMET") as raised:
        AemetKey.parse(text)

    error = raised.value
    assert error.__suppress_context__ or error.__context__ is None
    assert "secret" not in repr(error)
    assert not text or text not in repr(error)


@given(st.text() | st.text(alphabet="ey.J0-_=", max_size=60))
def test_any_text_is_a_key_or_refused(text: str) -> None:
    try:
        AemetKey.parse(text)
    except ValueError:
        pass
    else:
        assert text.count(".") == 2


@given(st.recursive(st.none() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=3))
def test_any_time_to_expire_is_a_time_or_refused(expires: object) -> None:
    try:
        parsed = AemetKey.parse(token({"exp": expires}))
    except ValueError:
        return
    if expires is None:
        assert parsed.expires is None
    else:
        assert isinstance(expires, int | float)
        assert parsed.expires is not None
        assert parsed.expires.timestamp() == pytest.approx(expires, abs=1e-3)


def test_keys_do_not_show_themselves() -> None:
    one = AemetKey.parse(key(IN_SPRING))
    ring = AemetKeyring([one, AemetKey.parse(key(None))], Clock())
    ring.reject(one)

    for shown in (repr(one), str(one), repr(ring), repr(ring.rejected), f"{ring.current}"):
        assert "eyJ" not in shown
        assert one.text.split(".")[1] not in shown


def ring_of(*expire: datetime | None, clock: Clock | None = None) -> AemetKeyring:
    keys = [AemetKey.parse(key(at, name=f"key {number}")) for number, at in enumerate(expire)]
    return AemetKeyring(keys, clock or Clock())


def test_the_first_key_is_in_use_as_long_as_it_lives() -> None:
    ring = ring_of(IN_SPRING, IN_SPRING)

    assert ring.current is ring.keys[0]
    assert not ring.is_second_in_use
    assert ring.rejected == ()


def test_the_second_key_takes_over_when_the_first_expires() -> None:
    clock = Clock()
    ring = ring_of(NOON + timedelta(days=1), None, clock=clock)
    assert not ring.is_second_in_use

    clock.tick(timedelta(days=1))

    assert ring.current is ring.keys[1]
    assert ring.is_second_in_use
    assert ring.rejected == ()


def test_the_second_key_takes_over_when_the_first_is_rejected() -> None:
    ring = ring_of(IN_SPRING, IN_SPRING)

    ring.reject(ring.keys[0])
    ring.reject(ring.keys[0])

    assert ring.current is ring.keys[1]
    assert ring.is_second_in_use
    assert ring.rejected == (ring.keys[0],)

    ring.reject(ring.keys[1])

    assert ring.current is None
    assert not ring.is_second_in_use
    assert ring.rejected == tuple(ring.keys)


def test_the_first_key_is_in_use_when_the_second_is_dead() -> None:
    ring = ring_of(None, NOON)

    assert ring.current is ring.keys[0]
    assert not ring.is_second_in_use


@pytest.mark.parametrize("expire", [(), (NOON,), (NOON, NOON - timedelta(days=100))])
def test_a_ring_without_a_living_key_is_dead(expire: tuple[datetime, ...]) -> None:
    ring = ring_of(*expire)

    assert ring.current is None
    assert not ring.is_second_in_use
