from simulator import datosclima
from tests.simulator.conftest import Client


async def test_the_monthly_archives_are_not_there(client: Client) -> None:
    response = await client.get(f"/{datosclima.HOST}/capturadatos/Aemet2026-07.rar")

    assert response.status == 404
