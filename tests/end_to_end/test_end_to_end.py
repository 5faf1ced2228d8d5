"""The whole house: real OPC UA server, real service, real UI, real browser; only the language model is left out."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import chromium, free_port, open_page, running_ui, stop, wait_for

from demo.generate import SOURCES, generate
from demo.plant import build

pytestmark = pytest.mark.browser
SEED = 5


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service on the ingested demo plant of another seed, beside its simulated plant; its URL."""
    chromium()  # skip before anything is started
    folder = tmp_path_factory.mktemp("house")
    generate(SEED, folder)
    api, opcua = free_port(), free_port()
    config = folder / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(folder / "data").as_posix()}"\n'
        f'[app]\nport = {api}\nllm = {{ provider = "extractive" }}\n'
        f'plant = {{ source = "opcua", endpoint_url = "opc.tcp://127.0.0.1:{opcua}/plantwright/" }}\n',
        encoding="utf-8",
    )
    environment = os.environ | {"PLANTWRIGHT_CONFIG": str(config)}
    sources = [str(folder / name) for name in SOURCES]
    subprocess.run([sys.executable, "-m", "ingestion", *sources], env=environment, check=True)
    processes = []
    try:
        for command in (["demo", "plant", "--seed", str(SEED), "--port", str(opcua)], ["app"]):
            process = subprocess.Popen([sys.executable, "-m", *command], env=environment, stderr=subprocess.PIPE)
            processes.append(process)
        wait_for(f"http://127.0.0.1:{api}/readyz", processes[-1])
        yield f"http://127.0.0.1:{api}"
    finally:
        for process in processes:
            stop(process)


def test_ask_and_open_the_page_the_row_and_the_sheet(service: str) -> None:
    plant = build(SEED)
    duty = plant.tag(plant.duty)
    with running_ui(service) as url, open_page() as page:
        page.goto(url)

        def ask(question: str, expected: str | re.Pattern[str]) -> None:
            box = page.get_by_test_id("stChatInputTextArea")
            box.fill(question)
            box.press("Enter")
            page.get_by_text(expected).first.wait_for()
            page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()

        def opened() -> None:
            page.get_by_role("button", name="[1]").first.click()
            picture = page.get_by_role("dialog").locator("img").first
            picture.wait_for()
            page.wait_for_function("image => image.naturalWidth >= 1000", arg=picture.element_handle())
            page.keyboard.press("Escape")
            page.get_by_role("dialog").wait_for(state="detached")

        says = re.compile("The bearing housing holds|Pump bearing housing")  # the sentence, or the row of the table
        ask("How much oil does the bearing housing of the feed pump hold?", says)
        opened()
        ask(
            f"What must be closed to isolate {duty}?",
            f"To isolate {duty}, close {plant.tag(f'HV-{plant.duty[-1]}-suc')}",
        )
        opened()
        ask(f"{duty}的机械密封在2025年漏了几次？", "密封泄漏工单共")
        page.get_by_role("button", name="[1]").first.click()
        page.get_by_role("dialog").get_by_text("WO-").first.wait_for()


def test_live_readings_come_from_the_plant(service: str) -> None:
    plant = build(SEED)
    question = f"What is the drive-end bearing temperature of {plant.tag(plant.duty)} right now?"
    answer = httpx.post(f"{service}/v1/answers", json={"question": question}, timeout=60, trust_env=False).json()
    reading = answer["readings"][0]
    assert reading["tag"] == plant.tag(f"TI-DE-{plant.duty[-1]}")
    assert (reading["unit"], reading["quality"], reading["state"], reading["simulated"]) == ("°C", "good", "high", True)
    assert reading["age_s"] < 10


def test_the_command_line_asks_the_running_service(service: str) -> None:
    command = [sys.executable, "-m", "app", "ask", "How often is the bearing oil changed?", "--url", service]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]).stdout
    assert "answered, extractive" in shown
    assert "page" in shown
