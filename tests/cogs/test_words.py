"""``/words``: rules about words, made and tried out in Discord. What they are about: ``tests/moderation``."""

from bot.jobs.audit_store import AuditFilter
from bot.jobs.word_rule import WordAction, WordRule
from bot.sandbox.discord import Invocation
from tests.delivery.rig import Rig

ADD = "/words add name:no gore action:refuse words:blood, very sad, 血"


async def say(rig: Rig, line: str, who: str = "moderator") -> Invocation:
    said = await rig.discord.persons[who].slash(rig.general, line)
    await said.acknowledged()
    return said


async def told(rig: Rig, line: str, who: str = "moderator") -> str:
    said = await say(rig, line, who)
    answer = await said.answered()
    assert said.ephemeral
    return answer.text


async def rules(rig: Rig) -> list[WordRule]:
    return list(await rig.store.word_rules(rig.general.guild_id or 0))


async def test_a_rule_is_added_listed_tried_out_and_taken_away(rig: Rig) -> None:
    async with rig.bot():
        assert "has no rules about words" in await told(rig, "/words list")
        assert "**no gore** · refuse · 3 words\n```\nblood\nvery sad\n血\n```" in await told(rig, ADD)
        await told(rig, r"/words add name:ages action:review pattern:\d+ ?yo spare-negative:true")
        assert (
            "**2 rules about words**\n"
            "**ages** · hold for review · regular expression · not in the negative prompt\n-# \\\\d+ ?yo\n"
            "**no gore** · refuse · 3 words\n-# blood, very sad, 血"
        ) in await told(rig, "/words list")
        assert "very sad" in await told(rig, "/words list name:no gore")
        assert "2 rules are about these words:\n**no gore** · refuse" in await told(
            rig, "/words test words:BL00D of a 9 yo"
        )
        assert await told(rig, "/words test words:a fox") == "No rule is about these words."
        assert "“no gore” is gone" in await told(rig, "/words remove name:no gore")
        lines = await rig.store.audited(AuditFilter(guild_id=rig.general.guild_id))
    assert [each.name for each in await rules(rig)] == ["ages"]
    assert [each.details for each in lines] == [
        {"rule": "no gore", "action": ""},
        {"rule": "ages", "action": "review"},
        {"rule": "no gore", "action": "refuse"},
    ]


async def test_a_form_asks_for_a_long_list_and_has_the_words_of_before(rig: Rig) -> None:
    async with rig.bot():
        for words in ("blood", "gore\nknife"):
            asked = await say(rig, "/words add name:no gore action:spoiler loose:true")
            sent = await rig.discord.persons["moderator"].submit_modal(asked, {"list": words})
            await sent.answered()
    (rule,) = await rules(rig)
    assert (rule.action, rule.words, rule.loose) == (WordAction.SPOILER, ("gore", "knife"), True)
    assert asked.modal is not None
    assert "'value': 'blood'" in str(asked.modal)


async def test_a_form_that_somebody_else_sends_changes_nothing(rig: Rig) -> None:
    async with rig.bot():
        form = await say(rig, "/words add name:no gore action:refuse")
        theirs = await rig.discord.member.submit_modal(form, {"list": "cat"})
        assert "are for moderators" in (await theirs.answered()).text
    assert await rules(rig) == []


async def test_what_cannot_be_looked_for_is_refused_in_words(rig: Rig) -> None:
    async with rig.bot():
        for line, words in {
            "/words add name:a action:refuse pattern:(?=b)c": "look-around",
            "/words add name:a action:refuse pattern:b words:c": "either words or a regular expression",
            "/words add name:a action:refuse words:...": "“...” has no letter",
            "/words remove name:a": "There is no rule “a” here",
        }.items():
            assert words in await told(rig, line)
    assert await rules(rig) == []


async def test_a_list_that_no_message_has_room_for_comes_as_a_file(rig: Rig) -> None:
    long = WordRule(rig.general.guild_id or 0, "long", WordAction.REVIEW, 1, words=("word" * 20,) * 40)
    async with rig.bot():
        await rig.words.save(long)
        listed = await (await say(rig, "/words list name:long")).answered()
    (file,) = listed.attachments
    assert (file.filename, file.content) == ("words.txt", "\n".join(long.words).encode())
