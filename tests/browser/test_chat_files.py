"""Files in the chat: chosen, pasted, refused with a reason, and not lost with the page."""

import base64
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from handrail.domain.message import Kind
from support.chat_server import FILE_BYTES_MAX, ChatServer

Open = Callable[..., Page]

pytestmark = [pytest.mark.enable_socket, pytest.mark.timeout(60)]

expect.set_options(timeout=20_000)

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def a_file(name: str = "lamp.png", kind: str = "image/png", data: bytes = PNG) -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


def test_a_picture_goes_to_the_person_by_name(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Attach a file").click()
    chooser.value.set_files([a_file(), a_file("receipt.pdf", "application/pdf", b"%PDF-1.7 x")])
    staged = page.locator("#staged li")
    expect(staged).to_have_count(2)
    page.get_by_role("button", name="Remove file receipt.pdf").click()
    expect(staged).to_have_count(1)
    page.get_by_role("textbox").fill("It looks like this")
    page.get_by_role("textbox").press("Enter")
    expect(page.locator("[data-state=sent]")).to_have_count(2)
    expect(staged).to_have_count(0)
    expect(page.locator(".you .file")).to_contain_text("File: lamp.png")
    words, picture = sorted(company.said, key=lambda message: message.kind is Kind.MEDIA)
    assert words.text == "It looks like this"
    assert picture.kind is Kind.MEDIA
    session, file_id = picture.event_id.split(".")
    assert picture.details == {
        "media": "image",
        "media_type": "image/png",
        "media_name": "lamp.png",
        "media_bytes": str(len(PNG)),
        "media_id": f"kept/{session}/{file_id}",
    }
    assert company.uploads.kept[picture.details["media_id"]] == (PNG, "image/png")


def test_what_is_not_taken_is_said_before_it_is_sent(open_page: Open, company: ChatServer) -> None:
    page = open_page()
    picker = page.locator("#picker")
    picker.set_input_files([a_file("virus.exe", "application/x-msdownload", b"MZ")])
    expect(page.get_by_role("alert")).to_have_text("This kind of file isn't accepted.")
    picker.set_input_files([a_file(data=PNG + bytes(FILE_BYTES_MAX))])
    expect(page.get_by_role("alert")).to_have_text(
        "This file is too large. Up to 1 MB is possible."
    )
    expect(page.locator("#staged li")).to_have_count(0)
    # What only says that it is a picture is found out by the server.
    picker.set_input_files([a_file(data=b"<html><script>alert(1)</script>")])
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".delivery")).to_have_text("This kind of file isn't accepted.")
    assert company.said == []
    assert company.uploads.kept == {}


def test_a_file_survives_a_reload_and_no_word_waits_behind_it(
    open_page: Open, company: ChatServer
) -> None:
    page = open_page()
    company.store_away = True
    page.evaluate(
        """async (data) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([bytes], "pasted.png", { type: "image/png" }));
          document.getElementById("text").dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })) }""",
        base64.b64encode(PNG).decode(),
    )
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".you .delivery")).to_have_text("Uploading…")
    page.get_by_role("button", name="Talk to a person").click()
    expect(page.locator("[data-state=sent]")).to_have_count(1)
    assert [message.action for message in company.said] == ["person:v1"]
    company.store_away = False
    page.reload()
    expect(page.locator("[data-state=sent]")).to_have_count(2)
    assert company.said[1].details["media_name"] == "pasted.png"
    assert len(company.uploads.kept) == 1
