"""What ``/owner`` shows, in both languages."""

from bot.generation.operating import BackendView, NodeFailures
from bot.jobs.operator_store import GuildUse
from bot.jobs.quarantine_store import Harm, Quarantined
from bot.texts import text
from cogs._owner_layout import GuildView, backend_list, bounded, guild_list, quarantine_list
from tests.delivery.sample import job

BUSY = BackendView(
    name="home/127.0.0.1:8188",
    label="home_1",
    online=True,
    paused=False,
    jobs=(job(), job()),
    vram_free_bytes=3 * 2**30,
    vram_total_bytes=24 * 2**30,
    models=("sdxl.safetensors",),
    failures=(NodeFailures("K*Sampler", 3), NodeFailures(text("owner-no-node"), 1)),
)
AWAY = BackendView("attic", "attic", False, True, (), None, None, (), ())  # as its fields
BAD = Quarantined("txt2img", "f", "checkpoint", "bad.safetensors", Harm.GONE, "home", 1_700_000_000.0)
WHOLE = Quarantined("upscale", "f", None, None, Harm.STALLED, "home", 1_700_000_000.0)


def test_a_server_is_told_with_all_that_is_known_of_it() -> None:
    assert backend_list([BUSY, AWAY], 5, "en-US").split("\n") == [
        "**ComfyUI servers; 5 jobs wait for one**",
        "🟢 **`home_1`** · answers · 2 jobs in hand · 3.0 of 24.0 GB of its graphics memory free",
        "-# began last with `sdxl.safetensors`",
        r"-# failed in the last hour: K\*Sampler ×3, no single node ×1",
        "⏸ **`attic`** · does not answer · paused: no job begins there · nothing in hand",
    ]
    assert backend_list([BUSY], 0, "zh-CN").split("\n") == [
        "**ComfyUI 服务器，没有任务在等待**",
        "🟢 **`home_1`** · 有应答 · 手上有 2 个任务 · 显存空闲 3.0 / 24.0 GB",
        "-# 最近一次使用了 `sdxl.safetensors`",
        r"-# 最近一小时失败：K\*Sampler ×3, 与单个节点无关 ×1",
    ]


def test_what_is_set_aside_is_told_with_its_reason_and_whether_it_still_holds() -> None:
    assert quarantine_list([(BAD, True), (WHOLE, False)], "en").split("\n") == [
        "**/txt2img checkpoint: bad.safetensors** · since <t:1700000000:R>, when ComfyUI `home` crashed on it again",
        "**/upscale** · since <t:1700000000:R>, when ComfyUI `home` hung on it again",
        "-# The workflow's files have changed since, so it is run again.",
    ]
    assert quarantine_list([], "zh-CN") == "没有停用的内容。"


def test_guilds_are_told_with_what_they_used() -> None:
    views = [
        GuildView(GuildUse(5, 1, 0, 90.0), "Lantern Bay", allowed=True),
        GuildView(GuildUse(6, 30, 2, 7260.0), None, allowed=False),
        GuildView(GuildUse(0, 2, 0, 20.0), None, allowed=True),
    ]
    assert guild_list(views, 7, "en").split("\n") == [
        "**Servers, by what they used in the last 7 days**",
        "**Lantern Bay** · one job · 2 GPU minutes · 0 failed",
        "**`6`** · 30 jobs · 121 GPU minutes · 2 failed · may not have the bot",
        "**outside of servers** · 2 jobs · 0 GPU minutes · 0 failed",
    ]


def test_a_long_list_ends_where_a_message_does() -> None:
    lines = bounded(["x" * 999] * 9, "en").split("\n")
    assert (len(lines), lines[-1]) == (4, "-# 6 more")
