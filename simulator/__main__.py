"""Run the simulator: python -m simulator --port 8090."""

from argparse import ArgumentParser
import asyncio
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from simulator.app import CLOCK, create_app
from simulator.clock import instant


def main() -> None:
    """Serve until someone stops it."""
    parser = ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True, help="0 takes a free one")
    parser.add_argument("--recordings", type=Path, help="folder of recorded answers")
    parser.add_argument("--now", type=instant, help="start the clock at this instant")
    arguments = parser.parse_args()
    if arguments.recordings and not arguments.recordings.is_dir():
        parser.error(f"{arguments.recordings} is not a folder")
    app = create_app(arguments.recordings)
    if arguments.now:
        app[CLOCK].set(arguments.now)
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(app, arguments.host, arguments.port))


async def serve(app: web.Application, host: str, port: int) -> None:
    """Answer at an address, and print it as soon as that is true."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        port = runner.addresses[0][1]
        print(f"http://{host}:{port}", flush=True)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    main()
