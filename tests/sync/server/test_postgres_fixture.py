"""The fixture itself: a real server, empty databases that know nothing of each other, and none left over."""

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.helpers import postgres


@pytest.mark.parametrize("time", [1, 2])
def test_each_test_has_an_empty_database(postgres_url: str, time: int) -> None:
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (n integer)"))
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
    engine.dispose()
    assert int(version) >= 130000


def test_a_database_goes_although_somebody_is_connected(postgres_cluster: postgres.Cluster) -> None:
    with postgres_cluster.fresh() as url:
        name = url.split("/")[3].split("?")[0]
        left_open = postgres_cluster.connect(name)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    with postgres_cluster.connect() as connection:
        assert not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchall()


def test_both_kinds_are_given(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()
