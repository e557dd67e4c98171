"""One renderer makes elements of a message's words, and none of them can be one that the message asks for."""

import pytest
from playwright.async_api import Browser

from tests.sandbox.page.browser import window
from tests.sandbox.page.performer import Performance

pytestmark = pytest.mark.asyncio(loop_scope="session")

RENDER = """async sources => {
    const { markdown } = await import("./markdown_view.js");
    const names = { nameOfUser: () => "Robin", nameOfChannel: () => "general", nameOfRole: () => "Keepers" };
    return sources.map(source => {
        const host = document.createElement("div");
        host.append(...markdown(source, { names, jump() {} }));
        for (const time of host.querySelectorAll("time")) time.textContent = "…";
        const attributes = [...host.querySelectorAll("*")].flatMap(each => each.getAttributeNames());
        return {
            text: host.textContent,
            tags: [...host.querySelectorAll("*")].map(each => each.tagName.toLowerCase()),
            attributes: [...new Set(attributes)].sort(),
            links: [...host.querySelectorAll("a")].map(each => each.getAttribute("href")),
        };
    });
}"""
HARMLESS_TAGS = {
    "p", "strong", "em", "u", "s", "code", "pre", "br", "a", "span", "time", "ul", "ol", "li", "blockquote", "button",
}  # fmt: skip
HARMLESS_ATTRIBUTES = {
    "aria-label", "aria-level", "class", "data-from", "datetime", "href", "inert", "rel", "role", "start", "tabindex",
    "target", "title", "type",
}  # fmt: skip
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "**<b onmouseover=alert(1)>x</b>**",
    "```html\n<iframe srcdoc='<script>alert(1)</script>'></iframe>\n```",
    "`<script>`",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    '[x](https://example.org/" onclick="alert(1))',
    "[x](<https://example.org/'onclick='alert(1)>)",
    "[https://good.example](https://evil.example)",
    "[**<u>x</u>**](https://example.org)",
    "[[x](https://a.example)](https://b.example)",
    'https://example.org/"><script>alert(1)</script>',
    "<https://example.org/<script>>",
    "<javascript:alert(1)>",
    "<t:99999999999999999:R> <t:9999999999999:R> <t:-9999999999999:F> <t:1:<b>>",
    "<@1><@&1><#1><@<b>>",
    "||<img src=x onerror=alert(1)>||",
    "# <h1>x</h1>",
    "> <blockquote onclick=alert(1)>",
    "- <li>\n1. <ol>",
    "-# <small>",
    "&lt;script&gt; &#60;b&#62; &amp;",
    "\\<b\\> \\`x\\`",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}",
    "__proto__ constructor toString",
    "\u202ehtml\u202c \u0000 \ufeff \ud83e",
    "*" * 4000,
    "_*~|`[<>(" * 400,
    "> " * 2000,
    "[" * 4000,
    "||" + "**_~~" * 700,
)  # fmt: skip

PLAIN = {
    "**bold** *italic* _too_ __under__ ~~gone~~": ["p", "strong", "em", "em", "u", "s"],
    "***both***": ["p", "strong", "em"],
    "`code` and ``a ` b``": ["p", "code", "code"],
    "```py\nx = 1\n```": ["pre", "code"],
    "# one\n## two\n### three\n-# small": ["p", "p", "p", "p"],
    "> a\n> b\nc": ["blockquote", "p", "br", "p"],
    ">>> a\nb": ["blockquote", "p", "br"],
    "- a\n- b\n1. c": ["ul", "li", "li", "ol", "li"],
    "||hidden||": ["p", "span", "span"],
    "<t:1:R>": ["p", "time"],
    "<@1> <#2> <@&3> @everyone": ["p", "span", "span", "span", "span"],
    "</neon_fox:1> </preset use:2> </猫咪:3>": ["p", "span", "span", "span", "wbr"],
    "[words](https://example.org) https://example.org.": ["p", "a", "a"],
    "[**bold** words](https://example.org)": ["p", "a", "strong"],
    "[there](https://discord.com/channels/1/2/3)": ["p", "button"],
    "snake_case_name 2*3*4 \\*plain\\*": ["p", "em"],
    "<:fox:1234>": ["p", "span"],
}


async def render(browser: Browser, performance: Performance, *sources: str) -> list[dict[str, list[str]]]:
    async with window(browser, performance.page.address) as shown:
        return await shown.page.evaluate(RENDER, list(sources))


async def test_markdown_becomes_what_it_says(browser: Browser, performance: Performance) -> None:
    *rendered, escaped = await render(browser, performance, *PLAIN, "snake\\_case \\(x\\) \\a")
    assert {source: each["tags"] for source, each in zip(PLAIN, rendered, strict=True)} == PLAIN
    assert escaped["text"] == "snake_case (x) \\a"


async def test_no_message_makes_an_element_an_attribute_or_an_address_of_its_own(
    browser: Browser, performance: Performance
) -> None:
    rendered = await render(browser, performance, *HOSTILE)
    wrong = [
        (
            source[:80],
            set(each["tags"]) - HARMLESS_TAGS,
            set(each["attributes"]) - HARMLESS_ATTRIBUTES,
            each["links"],
        )
        for source, each in zip(HOSTILE, rendered, strict=True)
        if set(each["tags"]) - HARMLESS_TAGS
        or set(each["attributes"]) - HARMLESS_ATTRIBUTES
        or not all(link.startswith("https://") for link in each["links"])
    ]
    assert wrong == []
    assert "<script>alert(1)</script>" in rendered[0]["text"]


async def test_a_hostile_message_is_read_as_it_stands_in_the_page_itself(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("echo")
        words = "<img src=x onerror=alert(1)> **<b>x</b>** [x](javascript:alert(1))"
        await shown.type(words, "<Enter>")
        await shown.latest.get_by_text("onerror").wait_for()
        assert await shown.latest.locator("img, b, a").count() == 0
        assert (
            "<img src=x onerror=alert(1)> <b>x</b> [x](javascript:alert(1))"
            in await shown.latest.inner_text()
        )


async def test_relative_times_tick(browser: Browser, performance: Performance) -> None:
    async with window(browser, performance.page.address) as shown:
        await shown.command("echo")
        now = int(await shown.page.evaluate("Date.now() / 1000"))
        await shown.type(f"since <t:{now}:R>", "<Enter>")
        moment = shown.latest.locator("time[data-from]")
        first = await moment.inner_text()
        await shown.page.wait_for_function(
            "([element, first]) => element.innerText !== first", arg=[await moment.element_handle(), first]
        )
        assert (await moment.inner_text()).endswith("ago")
