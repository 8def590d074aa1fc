import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
import gzip
import logging
import re
import socket
import struct
import threading
import traceback

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
import pytest
from yarl import URL

from custom_components.chocolate_factory.clients import transport as transport_module
from custom_components.chocolate_factory.clients.errors import (
    AuthenticationError,
    HeldBackError,
    NotPublishedError,
    PlanError,
    RefusedError,
    SourceError,
)
from custom_components.chocolate_factory.clients.gatekeeper import Gatekeeper, HostState, Urgency
from custom_components.chocolate_factory.clients.transport import (
    MAX_REDIRECTS,
    Reply,
    Transport,
)
from simulator import CLOCK
from tests.clients.far_side import NOON, OMIE, REDATA, Clock, Host, Ledger
from tests.conftest import World

SECRET = "eyJhbGciOiJIUzI1NiJ9"
PRIVATE = URL(f"https://{OMIE}/private-path?api_key={SECRET}")

PRICES = URL(f"https://{REDATA}/es/datos/mercados/precios-mercados-tiempo-real")


def whole(reply: Reply) -> Reply:
    return reply.checked()


async def test_a_reply_is_handed_to_whoever_understands_it(door: Transport, host: Host) -> None:
    host.say(status=418, body=b"\xff\x00", headers={"Retry-After": "120"})

    reply = await door.get(PRICES, lambda reply: reply)

    assert reply == Reply(status=418, body=b"\xff\x00", retry_after=120)


async def test_what_is_asked_goes_out_word_for_word(door: Transport, host: Host) -> None:
    url = URL(f"https://{OMIE}/a/b%20c/d/?geo[]=1&geo[]=2&when=2026-08-05T00:00&a=%2B%26&empty=")

    await door.get(url, whole, headers={"api_key": SECRET})

    (request,) = host.asked
    assert request.path == f"/{OMIE}/a/b c/d/"
    assert list(request.query.items()) == [
        ("geo[]", "1"),
        ("geo[]", "2"),
        ("when", "2026-08-05T00:00"),
        ("a", "+&"),
        ("empty", ""),
    ]
    assert request.headers["api_key"] == SECRET
    assert request.method == "GET"


async def test_what_is_encoded_in_a_path_stays_so(door: Transport, host: Host) -> None:
    await door.get(URL(f"https://{OMIE}/a%3A%2Fb%20c/d:e", encoded=True), whole)

    assert [request.raw_path for request in host.asked] == [f"/{OMIE}/a%3A%2Fb%20c/d:e"]


async def test_a_stand_in_may_have_a_path_of_its_own(door: Transport, host: Host) -> None:
    door.upstream = URL(host.url) / "stand" / "in"

    await door.get(PRICES.with_query(a="1"), whole)

    assert [request.path_qs for request in host.asked] == [
        f"/stand/in/{REDATA}/es/datos/mercados/precios-mercados-tiempo-real?a=1"
    ]


async def test_without_a_stand_in_the_host_itself_is_asked(
    session: ClientSession, ledger: Ledger, clock: Clock, host: Host
) -> None:
    gatekeeper = Gatekeeper(ledger=ledger, clock=clock, budgets={"127.0.0.1": 1})
    transport = Transport(session=session, gatekeeper=gatekeeper, clock=clock)

    assert (await transport.get(URL(host.url) / "path", whole)).body == b"fine"

    assert host.asked[0].path == "/path"
    assert ledger.asked("127.0.0.1") == [NOON]


# kind, error, and whether the host has turned us away
FAULTS = [
    ({"kind": "status", "status": 500}, SourceError),
    ({"kind": "status", "status": 503}, SourceError),
    ({"kind": "status", "status": 404}, SourceError),
    ({"kind": "status", "status": 401}, SourceError),
    ({"kind": "status", "status": 204}, SourceError),
    ({"kind": "status", "status": 403}, RefusedError),
    ({"kind": "status", "status": 429}, RefusedError),
    ({"kind": "html", "status": 403}, RefusedError),
    ({"kind": "reset"}, SourceError),
    ({"kind": "truncate"}, SourceError),
    ({"kind": "delay"}, SourceError),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS, ids=str)
async def test_a_fault_is_an_error_that_names_the_host_or_the_status_and_pauses_it(
    transport: Transport,
    services: World,
    gatekeeper: Gatekeeper,
    ledger: Ledger,
    fault: dict[str, object],
    error: type[SourceError],
) -> None:
    services.fail(**fault)
    if fault["kind"] == "delay":
        transport.timeout = ClientTimeout(total=0.1)

    with pytest.raises(SourceError, match=r"apidatos|\d{3}") as raised:
        await transport.get(PRICES, whole)

    assert type(raised.value) is error
    state = gatekeeper.state(REDATA)
    assert (state.failures, state.refusals) == (1, int(error is RefusedError))
    with pytest.raises(HeldBackError):
        await transport.get(PRICES, whole)
    assert ledger.asked(REDATA) == [NOON]


@pytest.mark.parametrize("fault", [{"kind": "garbage"}, {"kind": "html"}, {"kind": "empty"}])
async def test_an_answer_that_is_no_json_is_an_error(
    transport: Transport, services: World, gatekeeper: Gatekeeper, fault: dict[str, object]
) -> None:
    services.fail(**fault)

    with pytest.raises(SourceError, match="not JSON") as raised:
        await transport.get(PRICES, lambda reply: reply.checked().json())

    assert type(raised.value) is SourceError
    assert gatekeeper.state(REDATA).failures == 1


async def test_a_host_that_is_not_there_is_an_error(
    transport: Transport, unused_tcp_port: int
) -> None:
    transport.upstream = URL(f"http://127.0.0.1:{unused_tcp_port}")

    with pytest.raises(SourceError, match=REDATA):
        await transport.get(PRICES, whole)


async def test_what_cannot_be_unpacked_is_an_error(door: Transport, host: Host) -> None:
    host.say(body=b"no gzip at all", headers={"Content-Encoding": "gzip"})

    with pytest.raises(SourceError, match=REDATA):
        await door.get(PRICES, whole)


async def test_a_whole_answer_makes_a_host_well_again(
    transport: Transport, services: World, gatekeeper: Gatekeeper, clock: Clock, ledger: Ledger
) -> None:
    services.fail(kind="reset", count=1)
    with pytest.raises(SourceError):
        await transport.get(PRICES, whole)
    clock.tick(timedelta(minutes=5))

    await transport.get(PRICES, lambda reply: reply)

    assert gatekeeper.state(REDATA) == HostState() == ledger.hosts[REDATA]


async def test_what_has_not_been_published_is_no_failure_of_the_host(
    door: Transport, gatekeeper: Gatekeeper
) -> None:
    await gatekeeper.failed(REDATA, SourceError())

    def not_yet(_reply: Reply) -> None:
        raise NotPublishedError("not yet")

    with pytest.raises(NotPublishedError):
        await door.get(PRICES, not_yet, urgency=Urgency.INSISTENT)

    assert gatekeeper.state(REDATA) == HostState()


@pytest.mark.parametrize("error", [AuthenticationError, PlanError])
@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_host_that_wants_another_key_is_well(
    door: Transport, gatekeeper: Gatekeeper, error: type[SourceError], in_thread: bool
) -> None:
    await gatekeeper.failed(REDATA, SourceError())

    def not_with_this_key(_reply: Reply) -> None:
        raise error("not with this key")

    with pytest.raises(error):
        await door.get(PRICES, not_with_this_key, urgency=Urgency.INSISTENT, in_thread=in_thread)

    assert gatekeeper.state(REDATA) == HostState()


async def test_what_takes_long_to_understand_is_understood_in_a_thread(
    door: Transport, gatekeeper: Gatekeeper
) -> None:
    async def where(*, in_thread: bool) -> int:
        return await door.get(PRICES, lambda _: threading.get_ident(), in_thread=in_thread)

    def nonsense(_reply: Reply) -> None:
        raise SourceError("nonsense")

    assert await where(in_thread=False) == threading.get_ident()
    assert await where(in_thread=True) != threading.get_ident()
    with pytest.raises(SourceError, match="nonsense"):
        await door.get(PRICES, nonsense, in_thread=True)
    assert gatekeeper.state(REDATA).failures == 1


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("text/plain;charset=ISO-8859-15", "A CoruÃ±a"),
        ("text/plain; charset=UTF-8", "A Coruña"),
        ('text/plain; charset="utf-8"', "A Coruña"),
        ("text/plain;charset=iso-8859-1", "A CoruÃ±a"),
        ("text/plain", "A CoruÃ±a"),
        ("", "A CoruÃ±a"),
        ("text/plain;charset=", "A CoruÃ±a"),
        ("text/plain;charset=klingon", "A CoruÃ±a"),
        ("text/plain;charset=us-ascii", "A CoruÃ±a"),
        ("text/plain;charset=hex", "A CoruÃ±a"),
        ("text/plain;charset=undefined", "A CoruÃ±a"),
        ("text/plain;charset=utf-16", "A CoruÃ±a"),
    ],
)
async def test_text_is_read_in_its_own_encoding_or_in_the_usual_one(
    door: Transport, host: Host, content_type: str, text: str
) -> None:
    host.say(body="A Coruña".encode(), headers={"Content-Type": content_type})

    assert await door.get(PRICES, lambda reply: reply.text("iso-8859-15")) == text


@pytest.mark.parametrize("charset", ["a\0b", "\ud800", "", "..", None])
def test_no_name_of_an_encoding_does_any_harm(charset: str | None) -> None:
    assert Reply(status=200, body=b"\xd1", charset=charset).text("iso-8859-15") == "Ñ"


def test_what_an_encoding_does_not_know_is_replaced() -> None:
    assert Reply(status=200, body=b"A\xd1", charset="utf-8").text("iso-8859-15") == "A\ufffd"


async def test_who_does_not_understand_a_reply_has_met_a_failure(
    door: Transport, gatekeeper: Gatekeeper
) -> None:
    def nonsense(_reply: Reply) -> None:
        raise RefusedError("a firewall's page")

    with pytest.raises(RefusedError):
        await door.get(PRICES, nonsense)

    assert gatekeeper.state(REDATA).refusals == 1


async def test_a_host_is_not_asked_without_the_gatekeepers_leave(
    door: Transport, host: Host, gatekeeper: Gatekeeper
) -> None:
    await gatekeeper.failed(REDATA, SourceError())

    with pytest.raises(HeldBackError):
        await door.get(PRICES, whole)

    assert host.asked == []
    await door.get(PRICES, whole, urgency=Urgency.INSISTENT)
    assert len(host.asked) == 1


async def test_the_host_learns_of_a_request_after_the_ledger(
    door: Transport, host: Host, ledger: Ledger
) -> None:
    written = []

    async def answer(_request: web.Request) -> web.Response:
        written.append(ledger.asked(REDATA))
        return web.Response()

    host.answer = answer
    await door.get(PRICES, whole)

    assert written == [[NOON]]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Wed, 05 Aug 2026 11:00:00 GMT", 3600),
        ("Wed, 05 Aug 2026 11:00:00 +0200", 0),
    ],
)
async def test_whole_seconds_and_dates_are_understood_as_a_time_to_stay_away(
    door: Transport, host: Host, header: str, seconds: float | None
) -> None:
    date = "Wed, 05 Aug 2026 10:00:00 GMT"
    host.say(status=503, headers={"Retry-After": header, "Date": date})

    with pytest.raises(SourceError) as raised:
        await door.get(PRICES, whole)

    assert raised.value.retry_after == seconds


@pytest.mark.parametrize("header", ["86401", "9" * 16, "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
async def test_a_host_that_wants_to_be_left_alone_for_ever_is_left_alone_for_a_day(
    door: Transport, host: Host, gatekeeper: Gatekeeper, header: str
) -> None:
    host.say(status=429, headers={"Retry-After": header})

    with pytest.raises(RefusedError):
        await door.get(PRICES, whole)

    assert gatekeeper.state(REDATA).retry_at == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "location", "path"),
    [
        (301, f"https://{OMIE}/other?b=2", f"/{OMIE}/other?b=2"),
        (302, f"//{OMIE}/other", f"/{OMIE}/other"),
        (303, "/other/place?c=3", f"/{OMIE}/other/place?c=3"),
        (307, "sibling", f"/{OMIE}/es/sibling"),
        (308, "?d=4", f"/{OMIE}/es/file?d=4"),
    ],
)
async def test_redirects_within_the_host_are_followed_by_way_of_the_stand_in(
    door: Transport, host: Host, status: int, location: str, path: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        if len(host.asked) == 1:
            return web.Response(status=status, headers={"Location": location})
        return web.Response(body=b"there")

    host.answer = answer
    url = URL(f"https://{OMIE}/es/file?a=1")

    reply = await door.get(url, whole, headers={"api_key": SECRET})

    assert reply.body == b"there"
    assert [request.path_qs for request in host.asked] == [f"/{OMIE}/es/file?a=1", path]
    assert host.asked[1].headers["api_key"] == SECRET


@pytest.mark.parametrize(
    "location",
    [
        "https://example.org/",
        f"https://{REDATA}/",
        f"https://not-{OMIE}/",
        f"https://{OMIE}.example.org/",
        f"http://{OMIE}/",
        "//example.org/",
        "ftp://www.omie.es/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://[",
        f"https://{OMIE}:port/",
        "https://\u2100.com/",
    ],
)
async def test_redirects_away_from_the_host_or_its_encryption_are_refused(
    door: Transport, host: Host, location: str
) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    host.answer = answer

    with pytest.raises(SourceError, match=f"{OMIE} redirects to"):
        await door.get(URL(f"https://{OMIE}/"), whole, headers={"api_key": SECRET})

    assert len(host.asked) == 1


async def test_every_redirect_is_counted_and_none_is_followed_beyond_the_budget(
    door: Transport, host: Host, ledger: Ledger
) -> None:
    host.say(status=302, headers={"Location": "/again"})
    door.gatekeeper.budgets = {REDATA: 3}

    with pytest.raises(HeldBackError):
        await door.get(PRICES, whole)

    assert len(host.asked) == len(ledger.asked(REDATA)) == 3
    assert not door.gatekeeper.state(REDATA).failures


async def test_redirects_without_end_are_given_up(door: Transport, host: Host) -> None:
    host.say(status=302, headers={"Location": "/round/and/round"})

    with pytest.raises(SourceError, match="without end"):
        await door.get(PRICES, whole)

    assert len(host.asked) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("status", [300, 304])
async def test_a_redirect_to_nowhere_is_a_failure(door: Transport, host: Host, status: int) -> None:
    host.say(status=status)

    with pytest.raises(SourceError, match=str(status)):
        await door.get(PRICES, whole)


@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_that_is_too_long_is_refused_before_it_is_whole(
    door: Transport, host: Host, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr(transport_module, "MAX_BODY", 100_000)
    headers = {"Content-Encoding": "gzip"} if packed else {}

    def body(length: int) -> bytes:
        return gzip.compress(bytes(length)) if packed else bytes(length)

    host.say(body=body(100_000), headers=headers)
    assert len((await door.get(PRICES, whole)).body) == 100_000

    host.say(body=body(100_001), headers=headers)
    with pytest.raises(SourceError, match="too long"):
        await door.get(PRICES, whole)


async def test_an_answer_without_end_is_refused(
    door: Transport, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport_module, "MAX_BODY", 100_000)

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while request.transport and not request.transport.is_closing():
            await response.write(bytes(10_000))
        return response

    host.answer = answer

    with pytest.raises(SourceError, match="too long"):
        await door.get(PRICES, whole)


def reset(request: web.Request) -> web.Response:
    assert request.transport
    request.transport.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
    )
    request.transport.abort()
    return web.Response()


def redirect(location: str) -> Callable[[web.Request], web.Response]:
    def answer(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": location})

    return answer


def status(number: int) -> Callable[[web.Request], web.Response]:
    def answer(_request: web.Request) -> web.Response:
        return web.Response(status=number, text=f"wrong key {SECRET}", reason=f"key={SECRET}")

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        reset,
        status(200),
        status(403),
        status(500),
        redirect(f"https://example.org/?key={SECRET}"),
        redirect(f"https://{OMIE}:{SECRET}/"),
        redirect(f"https://{SECRET}\u2100/"),
        redirect(f"/?key={SECRET}"),
        redirect(f"//[{SECRET}"),
        lambda _request: web.Response(body=b"?", headers={"Content-Encoding": "gzip"}),
    ],
    ids=[
        "reset", "garbage", "403", "500", "elsewhere", "port", "characters", "round", "address",
        "gzip",
    ],
)  # fmt: skip
async def test_no_error_shows_the_address_or_a_key(
    door: Transport,
    host: Host,
    caplog: pytest.LogCaptureFixture,
    answer: Callable[[web.Request], web.Response],
) -> None:
    async def respond(request: web.Request) -> web.Response:
        return answer(request)

    host.answer = respond
    # The test's own side logs what it is asked.
    caplog.set_level(logging.WARNING, "aiohttp")

    with pytest.raises(SourceError) as raised:
        await door.get(PRIVATE, lambda reply: reply.checked().json(), headers={"key": SECRET})

    assert_discreet(raised.value, caplog.text)


@pytest.mark.parametrize("waiting_for", ["total", "sock_read", "connect"])
async def test_no_timeout_shows_the_address_or_a_key(
    door: Transport, host: Host, caplog: pytest.LogCaptureFixture, waiting_for: str
) -> None:
    over = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await over.wait()
        return response

    host.answer = answer
    door.timeout = ClientTimeout(**{waiting_for: 0.05})
    caplog.set_level(logging.WARNING, "aiohttp")
    async with ClientSession(connector=TCPConnector(limit=1)) as session, AsyncExitStack() as taken:
        door.session = session
        if waiting_for == "connect":
            # The only connection is taken.
            await taken.enter_async_context(session.get(host.url))

        with pytest.raises(SourceError, match="in time") as raised:
            await door.get(PRIVATE, whole, headers={"key": SECRET})
        over.set()

    assert_discreet(raised.value, caplog.text)


def assert_discreet(error: BaseException, log: str) -> None:
    """Look for what is private in all that a log would show of an error."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + log
    assert SECRET not in shown
    assert "private-path" not in shown


def test_a_door_does_not_show_its_session() -> None:
    door = Transport(
        session=object(),  # type: ignore[arg-type]
        gatekeeper=Gatekeeper(ledger=Ledger(), clock=Clock()),
        clock=Clock(),
    )

    assert "session" not in repr(door)


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(minutes=7), timedelta(minutes=-30)])
async def test_the_offset_of_the_clock_is_read_off_the_date_header(
    transport: Transport, services: World, ahead: timedelta
) -> None:
    assert transport.clock_offset is None
    services.app[CLOCK].set(NOON + ahead)

    await transport.get(PRICES, lambda reply: reply)

    assert transport.clock_offset == ahead


async def test_a_failure_tells_the_offset_of_the_clock_too(
    transport: Transport, services: World
) -> None:
    services.app[CLOCK].set(NOON + timedelta(hours=1))
    services.fail(kind="html", status=403)

    with pytest.raises(RefusedError):
        await transport.get(PRICES, whole)

    assert transport.clock_offset == timedelta(hours=1)


@pytest.mark.parametrize(
    ("headers", "offset"),
    [
        ({"Date": "Wed, 05 Aug 2026 10:00:00 GMT"}, timedelta()),
        ({"Date": "Wed, 05 Aug 2026 12:10:00 +0200"}, timedelta(minutes=10)),
        ({"Date": "Wed, 05 Aug 2026 09:40:00 GMT", "Age": "1200"}, timedelta()),
        ({"Date": "Wed, 05 Aug 2026 09:40:00 GMT", "Age": "0"}, timedelta(minutes=-20)),
        ({"Date": "yesterday"}, None),
        ({"Date": ""}, None),
        ({"Date": "Wed, 05 Aug 2026 10:00:00 -0000"}, None),
        ({"Date": "Wed, 99 Aug 2026 10:00:00 GMT"}, None),
        ({"Date": "Wed, 05 Aug 99999999999 10:00:00 GMT"}, None),
        ({"Date": "Wed, 05 Aug 2026 10:00:00 GMT", "Age": "old"}, None),
        ({"Date": "Wed, 05 Aug 2026 10:00:00 GMT", "Age": "nan"}, None),
        ({"Date": "Wed, 05 Aug 2026 10:00:00 GMT", "Age": "1e300"}, None),
    ],
    ids=str,
)
async def test_a_cache_adds_the_age_of_its_copy_and_nonsense_tells_no_time(
    door: Transport, host: Host, headers: dict[str, str], offset: timedelta | None
) -> None:
    host.say(body=b"fine", headers=headers)

    assert (await door.get(PRICES, whole)).body == b"fine"

    assert door.clock_offset == offset


@pytest.mark.parametrize("status", [200, 404, 500, 403])
async def test_a_host_is_reached_whatever_it_says(
    door: Transport, host: Host, ledger: Ledger, gatekeeper: Gatekeeper, status: int
) -> None:
    host.say(status=status)

    await door.reach(OMIE)

    assert [request.path for request in host.asked] == [f"/{OMIE}/"]
    assert ledger.asked(OMIE) == [NOON]
    assert gatekeeper.state(OMIE) == HostState()


async def test_a_host_is_not_reached_when_it_is_silent_or_has_turned_us_away(
    transport: Transport, services: World, gatekeeper: Gatekeeper, ledger: Ledger
) -> None:
    services.fail(kind="reset")
    with pytest.raises(SourceError, match=OMIE):
        await transport.reach(OMIE)

    services.recover()
    await gatekeeper.failed(OMIE, RefusedError())
    with pytest.raises(HeldBackError):
        await transport.reach(OMIE)
    assert ledger.asked(OMIE) == [NOON]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe\xff", b"[1,", b"{'a': 1}", b"[" * 200_000, b"<html></html>"]
)
def test_what_is_no_json_is_an_error(body: bytes) -> None:
    with pytest.raises(SourceError, match="not JSON"):
        Reply(status=200, body=body).json()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (201, SourceError), (204, SourceError), (301, SourceError), (400, SourceError),
        (401, SourceError), (403, RefusedError), (404, SourceError), (429, RefusedError),
        (500, SourceError), (502, SourceError), (503, SourceError),
    ],
)  # fmt: skip
def test_every_status_but_success_is_an_error(status: int, error: type[SourceError]) -> None:
    with pytest.raises(SourceError, match=re.escape(str(status))) as raised:
        Reply(status=status, body=b"", retry_after=7).checked()

    assert type(raised.value) is error
    assert raised.value.retry_after == 7


def test_success_is_no_error() -> None:
    reply = Reply(status=200, body=b"")

    assert reply.checked() is reply


async def test_a_request_that_is_reset_is_sent_once(
    transport: Transport, services: World, gatekeeper: Gatekeeper, ledger: Ledger
) -> None:
    services.fail(kind="reset")
    for _ in range(5):
        with pytest.raises(SourceError):
            await transport.get(PRICES, whole, urgency=Urgency.INSISTENT)

    assert services.asked(REDATA) == len(ledger.asked(REDATA)) == 5
