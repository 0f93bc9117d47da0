"""What the site answers: a page that trusts nobody else, and a door that says what is wrong."""

import gzip
import json
import re
from typing import Any

import pytest

from handrail.adapters.language.catalogue import PackagedCatalogue
from handrail.adapters.site import packaged_assets
from handrail.application.ports import Request, Response
from handrail.application.site import Site
from handrail.application.site_settings import Asset, SiteSettings
from handrail.domain.errors import SettingsError
from support.channel_samples import NOW, web_request
from support.web_world import World

CATALOGUE = PackagedCatalogue()
NAMES = {language.code: language.name for language in CATALOGUE.languages}
WEBSOCKET = "wss://chat.example.com/live"


def site(world: World | None = None, **settings: Any) -> Site:
    values: dict[str, Any] = {"websocket_url": WEBSOCKET} | settings
    return Site(
        packaged_assets(),
        CATALOGUE,
        NAMES,
        (world or World()).chat,
        SiteSettings(**values),
    )


def get(path: str, headers: dict[str, str] | None = None, **query: str) -> Response:
    return site().respond(Request("GET", path, headers or {}, query), NOW)


def boot(page: Response) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="boot">(.*?)</script>', page.body)
    assert found
    data: dict[str, object] = json.loads(found.group(1))
    return data


def test_the_page_comes_with_its_words() -> None:
    page = get("/")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="en" dir="ltr">' in page.body
    data = boot(page)
    assert data["websocket"] == WEBSOCKET
    assert data["languages"] == NAMES
    assert "{{" not in page.body


@pytest.mark.parametrize("language", sorted(NAMES))
def test_every_language_has_every_word_that_the_page_says(language: str) -> None:
    used: set[str] = set()
    for name, asset in packaged_assets().items():
        if name.endswith(("html", "js")):
            used |= set(re.findall(r'"((?:ui|offer)\.[a-z_]+|disclosure)"', asset.content))
    assert len(used) > 20
    words = boot(get("/", language=language))["phrases"]
    assert isinstance(words, dict)
    assert used <= set(words)


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("ar-EG,ar;q=0.9,en;q=0.8", "ar"),
        ("xx, de-AT;q=0.3, ja;q=0.7", "ja"),
        ("pt-PT", "pt-PT"),
        ("pt-XX", "pt-BR"),
        ("fr;q=0, sw", "sw"),
        ("", "en"),
        ("xx", "en"),
        ("*", "en"),
        ("de;q=abc,;;;,\u0000", "en"),
        (",".join(["xx"] * 5000), "en"),
    ],
)
def test_the_page_greets_in_a_language_that_the_browser_reads(
    accepted: str, language: str
) -> None:
    page = get("/", {"accept-language": accepted})
    assert page.headers["content-language"] == language
    assert page.headers["vary"] == "accept-language"


def test_arabic_is_written_from_the_right() -> None:
    assert '<html lang="ar" dir="rtl">' in get("/", language="ar").body


def test_a_word_cannot_break_out_of_the_page() -> None:
    hostile = site()
    names = NAMES | {"en": '</script><script>alert(1)</script>"&'}
    hostile = Site(hostile.assets, CATALOGUE, names, hostile.chat)
    page = hostile.respond(Request("GET", "/"), NOW)
    assert page.body.count("</script>") == 2
    assert boot(page)["languages"] == names


def test_the_page_may_load_nothing_from_anywhere_else() -> None:
    page = get("/")
    policy = dict(
        part.split(" ", 1) for part in page.headers["content-security-policy"].split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self' wss://chat.example.com",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    for asset in packaged_assets().values():
        outside = re.findall(r"""(?:src|href|url|import)[=("' ]+(?:https?:)?//""", asset.content)
        assert outside == []
    assert not re.search(r" on[a-z]+=| style=", page.body)


def test_every_answer_carries_the_common_headers() -> None:
    for path in ("/", "/favicon.svg", "/v1/web/config", "/nothing", "/v1/web/messages"):
        headers = get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in headers


def test_frames_are_for_those_the_operator_names() -> None:
    framed = site(frame_ancestors=("'self'", "https://shop.example.com"))
    policy = framed.respond(Request("GET", "/"), NOW).headers["content-security-policy"]
    assert "frame-ancestors 'self' https://shop.example.com;" in policy


def test_other_sites_may_load_the_widget_and_its_frame_and_nothing_else() -> None:
    framed = site(frame_ancestors=("https://shop.example.com",))
    widget = framed.respond(Request("GET", "/widget.js"), NOW)
    assert widget.status == 200
    assert widget.headers["content-type"] == "text/javascript; charset=utf-8"
    assert widget.headers["cache-control"] == "public, max-age=3600"
    frame = framed.respond(Request("GET", "/embed", {}, {"language": "ar"}), NOW)
    assert frame.headers["cross-origin-embedder-policy"] == "require-corp"
    assert frame.headers["content-language"] == "ar"
    assert "max-age=600" in frame.headers["cache-control"]
    policy = frame.headers["content-security-policy"]
    assert "frame-ancestors https://shop.example.com;" in policy
    assert policy == framed.respond(Request("GET", "/"), NOW).headers["content-security-policy"]
    for answer in (widget, frame):
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    for path in ("/", "/favicon.svg", f"/assets/{framed.version}/chat.js"):
        answer = framed.respond(Request("GET", path), NOW)
        assert answer.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_script_that_another_one_needs_is_fetched_beside_it() -> None:
    page = get("/").body
    for name, asset in packaged_assets().items():
        for imported in re.findall(r'from "\./([a-z]+\.js)"', asset.content):
            assert f'rel="modulepreload" href="/assets/{site().version}/{imported}"' in page, name


@pytest.mark.parametrize(
    "settings",
    [
        {"websocket_url": "https://a.example"},
        {"websocket_url": "wss://a.example; script-src *"},
        {"websocket_url": ""},
        {"frame_ancestors": ("https://a.example; script-src *",)},
        {"frame_ancestors": ("*",)},
    ],
)
def test_a_setting_that_would_weaken_the_page_is_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        site(**settings)


def test_without_a_websocket_the_page_asks_by_http() -> None:
    page = site(websocket_url=None).respond(Request("GET", "/"), NOW)
    assert boot(page)["websocket"] is None
    assert "connect-src 'self';" in page.headers["content-security-policy"]


def test_assets_carry_their_version_and_are_kept_for_ever() -> None:
    page = get("/")
    paths = re.findall(r'"(/assets/[^"]+)"', page.body)
    assert len(paths) >= 5
    for path in paths:
        answer = get(path)
        assert answer.status == 200
        assert "immutable" in answer.headers["cache-control"]
    older = get(re.sub(r"/assets/[0-9a-f]+/", "/assets/000000000000/", paths[0]))
    assert (older.status, older.headers["cache-control"]) == (200, "no-store")
    for name in ("index.html", "missing.js", "../chat.js", "chat.js/", "__init__.py"):
        assert get(f"/assets/{site().version}/{name}").status == 404


def test_the_version_changes_with_any_asset() -> None:
    first = site()
    assets = dict(first.assets) | {"chat.css": Asset("body{}", "text/css")}
    assert Site(assets, CATALOGUE, NAMES, first.chat).version != first.version


def test_the_whole_page_is_small() -> None:
    """A widget's budget: everything a first visit loads, compressed, in at most 40 KB."""
    answers = [get("/").body] + [
        asset.content for name, asset in packaged_assets().items() if name != "index.html"
    ]
    size = sum(len(gzip.compress(body.encode(), mtime=0)) for body in answers)
    assert size <= 40_000


def test_words_of_another_language_are_fetched() -> None:
    answer = get("/v1/web/phrases/ar")
    data = json.loads(answer.body)
    assert (answer.status, data["direction"]) == (200, "rtl")
    assert set(data["phrases"]) == set(CATALOGUE.phrases("ar").texts) & set(data["phrases"])
    assert "offer.label" in data["phrases"]
    assert "requested.asked" not in data["phrases"]
    for missing in ("xx", "pt-XX", "..", "en/../ar"):
        assert get(f"/v1/web/phrases/{missing}").status == 404


def test_from_a_session_to_an_answer() -> None:
    world = World()
    door = site(world)
    started = door.respond(Request("POST", "/v1/web/session"), NOW)
    assert started.status == 201
    session = json.loads(started.body)
    assert session["websocket"] == WEBSOCKET
    posted = door.respond(web_request(session["token"], {"id": "m", "text": "hi"}), NOW)
    assert (posted.status, json.loads(posted.body)) == (200, {"id": "m"})
    world.put(1, text="hello", session=session["session"])
    asked = Request(
        "GET", "/v1/web/messages", {"authorization": f"Bearer {session['token']}"}, {"after": "0"}
    )
    read = door.respond(asked, NOW)
    assert json.loads(read.body) == {"messages": [{"sequence": 1, "text": "hello"}], "more": False}
    assert read.headers["cache-control"] == "no-store"


def test_what_is_wrong_is_said() -> None:
    world = World()
    door = site(world)
    good = web_request(world.token, {"id": "m", "text": "hi"})
    assert door.respond(web_request("nonsense", {"id": "m", "text": "hi"}), NOW).status == 401
    assert door.respond(web_request(world.token, b"{"), NOW).status == 400
    world.refusing = True
    unavailable = door.respond(good, NOW)
    assert (unavailable.status, unavailable.headers["retry-after"]) == (503, "2")
    assert "queue" not in unavailable.body
    for method, path in (("PUT", "/"), ("GET", "/v1/web/session"), ("DELETE", "/v1/web/messages")):
        missing = door.respond(Request(method, path), NOW)
        assert (missing.status, json.loads(missing.body)["error"]) == (404, "not_found")
