"""A person at a tablet: asks, reads, opens a citation, switches the language. Headless Chromium, real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import ROOT, chromium, free_port, open_page, running_ui, stop, wait_for

pytestmark = pytest.mark.browser


@pytest.fixture
def service_process() -> Iterator[str]:
    """The fake service as a process of its own; its URL."""
    chromium()  # skip before anything is started
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("fake_service.py")), "--port", str(port), "--pause", "0.1"]
    process = subprocess.Popen(command, env=os.environ, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


@pytest.fixture
def real_service(tmp_path: Path) -> Iterator[str]:
    """The service itself on an empty index, with the keyword leg and no model; its URL."""
    chromium()
    port, config = free_port(), tmp_path / "plantwright.toml"
    config.write_text(
        f'[retrieval]\ndata_dir = "{(tmp_path / "data").as_posix()}"\nlegs = ["keyword"]\n'
        "weights = { en = { keyword = 1.0 }, zh = { keyword = 1.0 } }\n"
        f'[app]\nport = {port}\nllm = {{ provider = "extractive" }}\n',
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "app"]
    environment = {**os.environ, "PLANTWRIGHT_CONFIG": str(config)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def test_ask_read_open_a_citation_and_switch_to_chinese(service_process: str) -> None:
    with running_ui(service_process) as url, open_page(width=1024, height=768) as page:
        page.goto(url)
        box = page.get_by_test_id("stChatInputTextArea")
        box.fill("How warm is the bearing of P-101A?")
        box.press("Enter")
        page.get_by_text("The drive-end bearing of P-101A reads 85.53 °C").wait_for()
        page.get_by_text("1 unsupported sentence(s) left out").wait_for()
        assert page.get_by_text("repacked with grease.").count() == 1

        page.get_by_role("button", name="[1]").first.click()
        picture = page.get_by_role("dialog").locator("img").first
        picture.wait_for()
        page.wait_for_function("image => image.naturalWidth >= 1000", arg=picture.element_handle())
        asked = httpx.get(f"{service_process}/_seen", trust_env=False).json()
        assert ["PAGE", ["d-manual", 5, "0.1,0.3,0.9,0.42"]] in asked
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")

        page.get_by_text("中文", exact=True).click()
        page.get_by_text("来源", exact=True).wait_for()
        page.get_by_placeholder("询问设备、步骤").wait_for()


def test_a_link_to_a_page_works_on_a_fresh_server(service_process: str) -> None:
    with running_ui(service_process) as url, open_page() as page:
        page.goto(f"{url}/live")
        page.get_by_text("LIC-103").wait_for()
        page.get_by_role("link", name="Documents").click()
        page.get_by_text("rev. C · English · 14 pages").wait_for()


def test_a_file_is_added_seen_and_read(real_service: str, tmp_path: Path) -> None:
    notes, broken = tmp_path / "启泵 notes.md", tmp_path / "broken.pdf"
    notes.write_text("# Pump start\n\nOpen the vent valve HV-901 before the start.\n", encoding="utf-8")
    broken.write_bytes(b"%PDF-1.7 nothing")
    with running_ui(real_service) as url, open_page(width=1024, height=768) as page:
        page.goto(f"{url}/documents")
        page.get_by_text("No documents yet").wait_for()
        page.locator(".st-key-add-documents summary").click()
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files([notes, broken])
        page.get_by_label("Revision").fill("B")
        page.locator(".st-key-add-documents").get_by_test_id("stBaseButton-primaryFormSubmit").click()
        page.get_by_text("Adding 启泵 notes.md and 1 more").wait_for()
        page.get_by_text("1 added · 1 failed").wait_for()
        page.get_by_text("is truncated").first.wait_for()
        page.get_by_text("Manual · rev. B · English").wait_for()

        row = page.locator("[class*=st-key-document-]").filter(has_text="Pump start")
        row.get_by_role("button", name="Open").click()
        page.get_by_role("dialog").get_by_text("Open the vent valve HV-901 before the start.").wait_for()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        page.get_by_role("button", name="Delete for good").click()
        page.get_by_role("dialog").wait_for(state="detached")
        page.get_by_text("No documents yet").wait_for()
