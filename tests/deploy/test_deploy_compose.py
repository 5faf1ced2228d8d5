"""docker-compose.yml follows the compose specification's own schema, and names what there is."""

import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from app.settings import AppSettings
from retrieval.settings import RetrievalSettings

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"


def check(path: Path) -> int:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode


def test_follows_the_schema() -> None:
    assert check(COMPOSE) == 0


def test_the_schema_is_really_asked(tmp_path: Path) -> None:
    bad = tmp_path / "compose.yml"
    bad.write_text("services: {ui: {imagee: plantwright}}", encoding="utf-8")
    assert check(bad) != 0


def test_holds_the_five_services_and_publishes_on_loopback_only() -> None:
    services = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
    assert {"qdrant", "vllm", "service", "ui", "plant"} <= services.keys()
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_its_settings_are_valid() -> None:
    tables = tomllib.loads((ROOT / "deploy/compose.toml").read_text(encoding="utf-8"))
    assert RetrievalSettings.parse("retrieval", tables["retrieval"]).store == "server"
    assert AppSettings.parse("app", tables["app"]).llm["provider"] == "openai_compatible"


def test_the_example_settings_are_valid() -> None:
    tables = tomllib.loads((ROOT / "plantwright.example.toml").read_text(encoding="utf-8"))
    RetrievalSettings.parse("retrieval", tables["retrieval"])
    AppSettings.parse("app", tables["app"])
