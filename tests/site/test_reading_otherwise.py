"""Pages on paper, in colours of the reader's own, narrow, and with letters set wide."""
from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page
from reading_pages import Reader

# Text spacing as WCAG 2.2, section 1.4.12, has it.
_SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }"
_PAGES = ["/?day=2023-11-09", "/events?country=KZ", "/timeline?q=kazakh", "/map", "/actors", "/countries/KZ", "/subscribe?country=KZ", "/try?example=1",
          "/desk", "/docs"]


def event_path(reader: Reader, query: str) -> str:
    return "/events/" + reader.open("/").request.get(f"{reader.base}/api/v1/events?{query}").json()["events"][0]["id"]


def wider(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_on_320_pixels_nothing_is_beside_the_page(reader: Reader) -> None:
    """WCAG 2.2, sections 1.4.10 and 1.4.12; with the letters twice as large (1.4.4) on 640."""
    page = reader.open("/", width=320, bypass_csp=True)
    for path in _PAGES:
        page.set_viewport_size({"width": 320, "height": 900})
        page.goto(reader.base + path)
        found = [wider(page)]
        page.add_style_tag(content=_SPACED)
        found.append(wider(page))
        page.set_viewport_size({"width": 640, "height": 900})
        page.add_style_tag(content="html { font-size: 200% !important }")
        assert max(*found, wider(page)) <= 0, path


def test_on_paper_it_is_black_on_white_with_nothing_to_press(reader: Reader) -> None:
    page = reader.open("/", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for path in _PAGES[:-1]:
        page.goto(reader.base + path)
        told = page.evaluate("""() => { const at = getComputedStyle(document.querySelector('h1')), on = getComputedStyle(document.documentElement);
          return [at.color, on.backgroundColor, [...document.querySelectorAll('nav, button, .button, select, textarea, [type=search], [type=checkbox]')]
            .filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 80))]; }""")
        assert told == ["rgb(0, 0, 0)", "rgb(255, 255, 255)", []], path


def test_the_picture_is_printed_in_the_colours_of_paper(reader: Reader) -> None:
    dark = """() => { const canvas = document.querySelector('.plot canvas'), copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      copy.drawImage(canvas, 0, 0);
      const seen = copy.getImageData(0, 0, canvas.width, canvas.height).data;
      for (let at = 0; at < seen.length; at += 4) if (seen[at] === 37 && seen[at + 1] === 41 && seen[at + 2] === 46 && seen[at + 3] === 255) return true;
      return false; }"""
    page = reader.open("/timeline?from=2023-11-01&to=2023-11-30", scheme="dark")
    page.wait_for_selector("#picture[data-drawn]")
    page.wait_for_function(dark)  # days of the week's end are shaded
    page.emulate_media(media="print")
    page.wait_for_function(f"!({dark})()")


def test_what_is_folded_on_the_screen_lies_open_on_paper(reader: Reader, tmp_path: Path) -> None:
    page = reader.open(event_path(reader, "q=raisi&place=Ankara"))
    row = page.locator(".history td").first
    assert not row.is_visible()
    page.emulate_media(media="print")
    assert row.is_visible()
    assert page.locator(".cite a").first.evaluate("link => getComputedStyle(link, '::after').content").startswith('" <http')
    page = reader.open("/subscribe")
    page.emulate_media(media="print")
    assert page.get_by_label("Calendar address").is_visible()


def test_in_the_readers_own_colours_shapes_tell_statuses_and_one_entry_is_current(reader: Reader) -> None:
    page = reader.open("/?day=2023-11-09", scheme="dark", forced_colors="active")
    inside = "one => getComputedStyle(one, '::before').backgroundColor"
    held, others = page.locator(".status.is-held").first.evaluate(inside), page.locator(".status.is-unreported").first.evaluate(inside)
    assert held != others
    edges = page.locator("header.site nav a").evaluate_all("links => links.map(link => getComputedStyle(link).borderBottomColor)")
    assert [edge == edges[1] for edge in edges] == [False, *[True] * (len(edges) - 1)]
    page = reader.open("/timeline", scheme="light", forced_colors="active")
    page.wait_for_selector("#picture[data-drawn]")
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ink')").strip() == "CanvasText", "the canvas is drawn in it"


def test_fields_and_buttons_stand_out(reader: Reader) -> None:
    """Their edges are three times as light or dark as what is beside (WCAG 2.2, section 1.4.11)."""
    for scheme in ("light", "dark"):
        page = reader.open("/subscribe", scheme=scheme)
        for field in ("#place", ".button.quiet", "#result .copy"):
            edge, beside = page.locator(field).first.evaluate("one => [getComputedStyle(one).borderTopColor, getComputedStyle(one.closest('.leaf')).backgroundColor]")
            assert _contrast(edge, beside) >= 3, (scheme, field)


def _contrast(one: str, other: str) -> float:
    """Of two colours `rgb(r, g, b)` (WCAG 2.2, contrast ratio)."""
    def light(colour: str) -> float:
        shares = [int(part) / 255 for part in colour.removeprefix("rgb(").rstrip(")").split(",")]
        red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    lights = sorted((light(one), light(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)
