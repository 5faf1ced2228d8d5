"""Ingestion beside a running service."""

from contextlib import closing
from pathlib import Path

from plant_kit import Plant, free_port

from retrieval.sql import epochs, ledger
from retrieval.sql.engine import Database


def test_a_running_service_has_new_documents_at_once(plant_files: Path, tmp_path: Path) -> None:
    plant = Plant(tmp_path / "plant", free_port())
    plant.configure()
    with plant.serving() as (client, _):
        assert client.get("/v1/documents").json() == {"documents": []}
        first = plant.ingest(plant_files)
        assert (first["published"], first["failures"]) == (3, [])
        shown = client.get("/v1/documents").json()["documents"]
        assert {document["path"] for document in shown} == {"manuals/manual.pdf", "log.csv", "asset_register.csv"}
        assert client.get("/readyz").json()["passages"] == first["passages"]
        answer = client.post(
            "/v1/answers", json={"question": "How is P-101A locked out, which valve is closed?"}
        ).json()
        assert answer["status"] == "answered", answer
        assert "feed pump ksp" in {citation["title"].lower() for citation in answer["citations"]}
        before = written(plant)
        second = plant.ingest(plant_files)
        assert (second["published"], second["unchanged"], second["passages"]) == (0, 3, 0)
        assert written(plant) == before
        assert client.get("/readyz").json()["passages"] == first["passages"]


def written(plant: Plant) -> tuple[int, list[ledger.LedgerEntry]]:
    """The epoch and the ledger, read beside the service."""
    with closing(Database.open(plant.settings.database)) as database:
        return epochs.current(database), ledger.list_entries(database)
