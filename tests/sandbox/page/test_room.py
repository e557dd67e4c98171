"""There is room for everything: many options, long names, and Chinese, which breaks between words."""

import pytest
from playwright.async_api import Browser, expect

from tests.sandbox.page.browser import Window, window
from tests.sandbox.page.performer import Performance

pytestmark = pytest.mark.asyncio(loop_scope="session")

SIZES = [{"width": 1280, "height": 800}, {"width": 390, "height": 700}]
CUT = """root => [...root.querySelectorAll(".channel-name, .places h2")]
    .filter(each => each.scrollWidth > each.clientWidth)
    .map(each => each.textContent)"""
CUT_CHOICES = """root => [...root.querySelectorAll("select")].flatMap(select => {
    const style = getComputedStyle(select);
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 20;
    return [...select.options].map(each => each.text).filter(text => pen.measureText(text).width > room);
})"""
LINES = """element => {
    const lines = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let last = null;
    while (walker.nextNode()) {
        for (let at = 0; at < walker.currentNode.length; at += 1) {
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + 1);
            const { top } = range.getBoundingClientRect();
            if (last === null || Math.abs(top - last) > 4) lines.push("");
            lines[lines.length - 1] += walker.currentNode.data[at];
            last = top;
        }
    }
    return lines;
}"""
CHINESE = (
    "机器人不能在此频道发送消息。请检查频道的权限设置，然后重新运行命令；也可以联系服务器管理员（版主）。" * 3
)
WORDS = ("机器人", "频道", "发送", "消息", "检查", "权限", "设置", "重新", "运行", "命令", "服务器", "管理员")


async def speak_chinese(shown: Window) -> None:
    await shown.page.evaluate("sessionStorage.setItem('language', 'zh-CN')")
    await shown.page.reload()
    await expect(shown.composer).to_be_focused()


@pytest.mark.parametrize("size", SIZES, ids=["desk", "telephone"])
async def test_25_filled_options_scroll_inside_and_send_stays(
    browser: Browser, performance: Performance, size: dict[str, int]
) -> None:
    async with window(browser, performance.page.address, viewport=size) as shown:
        await shown.command("many")
        fields = shown.page.locator(".option-field textarea")
        await expect(fields).to_have_count(25)
        for number in range(25):
            await fields.nth(number).fill(f"{number}: words that take some room")
        await expect(shown.button("Send")).to_be_in_viewport(ratio=1)
        await expect(shown.page.get_by_role("heading", level=1)).to_be_in_viewport(ratio=1)
        await expect(shown.page.locator(".scroller")).to_be_in_viewport(ratio=0.3)
        await fields.nth(0).focus()
        await expect(fields.nth(0)).to_be_in_viewport(ratio=1)
        for number in range(1, 4):
            await shown.type("<Tab>")
            await expect(fields.nth(number)).to_be_focused()
        await shown.button("Send").click()
        await expect(shown.latest).to_contain_text("25 options")


async def test_the_list_of_an_option_is_seen_whole_although_the_options_scroll(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport={"width": 390, "height": 560}) as shown:
        await shown.command("limits")
        for name in ("strength", "title", "whom", "where", "mood"):
            await shown.option(name, "")
        choice = shown.page.get_by_role("option", name="calm sea")
        await expect(choice).to_be_in_viewport(ratio=1)
        await choice.click()
        await expect(shown.page.locator("[data-option='mood'] textarea")).to_have_value("calm sea")


@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
async def test_no_name_at_the_side_is_cut(browser: Browser, performance: Performance, language: str) -> None:
    async with window(browser, performance.page.address) as shown:
        if language == "zh-CN":
            await speak_chinese(shown)
        side = shown.page.locator(".sidebar")
        await expect(side.locator(".channel-name").first).to_be_visible()
        assert await side.evaluate(CUT) + await side.evaluate(CUT_CHOICES) == []


async def test_chinese_breaks_between_words_and_can_be_copied_as_it_is(
    browser: Browser, performance: Performance
) -> None:
    async with window(browser, performance.page.address, viewport=SIZES[1]) as shown:
        await speak_chinese(shown)
        await performance.discord.second.say(performance.discord.channels["general"], CHINESE)
        words = shown.latest.locator(".words").first
        await expect(words).to_have_text(CHINESE)
        lines: list[str] = await words.evaluate(LINES)
        assert len(lines) > 5
        assert "".join(lines) == CHINESE
        whole = sum(line.count(word) for line in lines for word in WORDS)
        assert whole == sum(CHINESE.count(word) for word in WORDS)
        assert [line for line in lines if line[0] in "，。；）" or line[-1] == "（"] == []
        await performance.discord.second.say(
            performance.discord.channels["general"], f"`{CHINESE[:9]}` **{CHINESE[:9]}**"
        )
        await expect(shown.latest.locator("code")).to_have_text(CHINESE[:9])
