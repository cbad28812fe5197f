"""Which of the driver's errors may be tried again."""

import psycopg2
import psycopg2.errors
import pytest

from shared.database.errors import translated
from shared.eventstore.errors import StoreUnavailable


@pytest.mark.parametrize(
    "error",
    [
        psycopg2.OperationalError("could not connect"),
        psycopg2.InterfaceError("connection already closed"),
        psycopg2.DatabaseError("server closed the connection unexpectedly"),
        psycopg2.errors.ReadOnlySqlTransaction("cannot execute INSERT in a read-only transaction"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_lost_connection_is_told_as_a_store_that_is_away(error):
    with pytest.raises(StoreUnavailable) as caught, translated():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("mistake", [psycopg2.ProgrammingError, psycopg2.errors.UniqueViolation])
def test_a_mistake_of_ours_stays_what_it_is(mistake):
    with pytest.raises(mistake), translated():
        raise mistake("wrong")
