"""A person at a tablet: asks, reads, opens a citation, switches the language. Headless Chromium, real processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from browser import chromium, free_port, open_page, running_ui, stop, wait_for

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
