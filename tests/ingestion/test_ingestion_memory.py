"""Memory: a log of 100,000 rows is written in parts, so the run itself takes little more than for a short one."""

from pathlib import Path

import pytest
from ingestion_kit import LOG_HEAD
from plant_kit import Plant

from retrieval.models import Caller
from retrieval.settings import RetrievalSettings
from retrieval.sql import records
from retrieval.sql.engine import Database

ROWS = 100_000
# The reader holds a file whole: its rows as orders, spans and passages, less than 6 KB a row. The run holds a part of
# 256 passages at a time; its peak is that of the embedded store with 100,000 points. Neither may take more than 1 GB.
MOST_MB = 1_000


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_log_of_100_000_rows_takes_bounded_memory(tmp_path: Path) -> None:
    plant = Plant(tmp_path / "plant").configure()
    config = plant.folder / "plantwright.toml"
    config.write_text(config.read_text().replace("upsert_size = 3\nbatch_size = 3\n", ""))
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8") as file:
        print(LOG_HEAD, file=file)
        for n in range(ROWS):
            asset, day = f"P-{100 + n % 800}{'AB'[n % 2]}", f"20{10 + n % 15}-{1 + n % 12:02}-{1 + n % 28:02}"
            print(
                f"WO-{n},{asset},corrective,{1 + n % 4},ELP,{day}T08:00:00+01:00,,{n % 9}.5,{n % 700},"
                f"Mechanical seal of {asset} leaks {n % 60} drops a minute; 更换机械密封并检查轴承 {n}",
                file=file,
            )
    report = plant.ingest(log)
    assert (report["published"], report["passages"], report["rows"]) == (1, ROWS, ROWS)
    database = Database.open(RetrievalSettings(data_dir=plant.data).database)
    assert records.count_orders(database, Caller.local()) == ROWS
    database.close()
    assert report["reader_peak_rss_mb"] < MOST_MB
    assert report["run_peak_rss_mb"] < MOST_MB
