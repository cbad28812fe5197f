"""A serving copy keeps its tables until it is rebuilt; that they are no longer the declared ones is said."""

from __future__ import annotations

from shared.database.migrate import migrate, rebuilds_due
from shared.database.pool import Database
from shared.readmodel.model import ReadModel, Source
from shared.readmodel.rebuild import rebuild
from shared.service.spec import ServiceSpec


class Model(ReadModel):
    name = "model"
    service = "cases"
    sources = (Source("cases", "case"),)
    ddl = "CREATE TABLE one (n integer)"


def test_other_tables_are_noticed_until_they_are_built(database_dsn, monkeypatch, capsys) -> None:
    db, model = Database(database_dsn), Model()
    spec = ServiceSpec("cases", "", categories=("case",), read_models=(model,))
    migrate(db, spec)
    assert rebuilds_due(db, spec) == []
    monkeypatch.setattr(Model, "ddl", "CREATE TABLE one (n integer, m integer)")
    assert migrate(db, spec) == []
    assert rebuilds_due(db, spec) == ["model"]
    assert "rebuild_due" in capsys.readouterr().out
    rebuild(db, model, {"cases": lambda category, after, limit: None})
    assert rebuilds_due(db, spec) == []
    assert db.fetch("SELECT m FROM rm_model.one") == []
    db.close()
