"""What holds before the service starts."""

import subprocess
import sys

import pytest

from app.main import create_app
from app.settings import AppSettings
from retrieval.errors import BadSetting


def test_importing_the_service_loads_nothing_heavy() -> None:
    heavy = "{'torch', 'transformers', 'sentence_transformers', 'openai', 'pandas', 'asyncua', 'xllamacpp', 'ragas'}"
    code = f"import sys, app.main; print(sorted({heavy} & sys.modules.keys()))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "::"])
def test_nobody_listens_beyond_loopback_by_accident(host: str) -> None:
    with pytest.raises(BadSetting, match="open_without_sign_in"):
        create_app(AppSettings(host=host))


def test_unless_told_in_as_many_words() -> None:
    create_app(AppSettings(host="0.0.0.0", open_without_sign_in=True))


def test_the_openapi_document_names_the_ways_in() -> None:
    paths = create_app(AppSettings()).openapi()["paths"]
    assert {"/v1/answers", "/v1/answers/{id_}/events", "/v1/documents", "/v1/plant/readings", "/readyz"} <= paths.keys()
    assert not any(path.startswith("/internal") for path in paths)
