"""A small plant's index, made once: a manual of three pages, and a register of two pumps. No model is needed."""

from pathlib import Path

import pytest
from evals_kit import PLANT_GOLDEN, SmallPlant, write_lines

from ingestion.__main__ import main as ingest

_PAGES = (
    ("Feed pump P-101A and P-101B", "This manual covers the two feed pumps of the unit. Keep it beside the machine."),
    ("Limits", "The bearing temperature of P-101A must not exceed 75 °C. Stop the pump above this limit."),
    ("Maintenance", "Grease the motor bearings every 2,000 operating hours with 30 g of lithium grease."),
)
_REGISTER = "tag,name,name_zh,kind\nP-101A,Feed pump A,进料泵A,pump\nP-101B,Feed pump B,进料泵B,pump\n"


@pytest.fixture(scope="session")
def small_plant(tmp_path_factory: pytest.TempPathFactory) -> SmallPlant:
    """Ingested with the legs that need no model."""
    from reportlab.pdfgen.canvas import Canvas

    folder = tmp_path_factory.mktemp("plant")
    canvas = Canvas(str(folder / "pump.pdf"))
    for heading, text in _PAGES:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(70, 760, heading)
        canvas.setFont("Helvetica", 10)
        canvas.drawString(70, 720, text)
        canvas.showPage()
    canvas.save()
    (folder / "asset_register.csv").write_text(_REGISTER, encoding="utf-8")
    config = folder / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(folder / "data").as_posix()}"\nlegs = ["keyword", "gloss"]\n'
        '[app]\nllm = { provider = "extractive" }\n',
        encoding="utf-8",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLANTWRIGHT_CONFIG", str(config))
        assert ingest([str(folder / "asset_register.csv"), str(folder / "pump.pdf")]) == 0
    return SmallPlant(Path(config), write_lines(folder / "golden.jsonl", PLANT_GOLDEN))
