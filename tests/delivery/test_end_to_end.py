"""From the slash command to the picture, over real sockets."""

from tests.delivery.generation import picture
from tests.delivery.rig import Rig


async def test_a_command_becomes_a_moving_status_and_a_picture(rig: Rig) -> None:
    async with rig.bot():
        invocation = await rig.paint("/txt2img prompt:a red fox in snow seed:42")
        status = invocation.response
        assert status is not None
        assert "next in line" in status.text

        job = await rig.claimed()
        rig.worker.show(job, 0.0)
        await rig.discord.until(lambda: "Handed to ComfyUI" in status.text)
        rig.worker.show(job, 0.5, node="KSampler", step=6, steps=12, started_at=rig.discord.clock.now())
        await rig.discord.until(lambda: "step 6 of 12" in status.text)
        assert "50 %" in status.text
        assert status.labels == ("Cancel",)

        await rig.worker.finish(job, picture())
        result = await rig.result()
        await rig.delivered(job)
        assert [each.content for each in result.attachments] == [picture()]
        assert "a red fox in snow" in result.text
        assert "txt2img · 64×48 · seed 42" in result.text
        assert "Done in" in status.text
        assert str(result.id) in status.text
        assert status.labels == ()
