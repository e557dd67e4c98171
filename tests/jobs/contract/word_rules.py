"""The rules about words of each guild."""

from msgspec.structs import replace

from bot.jobs.audit_store import AuditAction, AuditFilter
from bot.jobs.store import JobStore
from bot.jobs.word_rule import WordAction, WordRule
from bot.jobs.word_store import MOST_RULES

LIST = WordRule(100, "no gore", WordAction.REFUSE, 1, words=("gore", "血腥", "blood*"), loose=True)
PATTERN = WordRule(100, "ages", WordAction.REVIEW, 2, pattern=r"\d+ ?yo", spares_negative=True)


class WordRulesContract:
    async def test_a_guild_has_its_own_rules_about_words(self, store: JobStore) -> None:
        for rule in (LIST, PATTERN, replace(LIST, guild_id=101)):
            assert await store.save_word_rule(rule)
        assert list(await store.word_rules(100)) == [PATTERN, LIST]
        assert list(await store.word_rules(102)) == []

    async def test_a_rule_of_the_same_name_takes_the_place_of_the_one_before(self, store: JobStore) -> None:
        changed = replace(PATTERN, name=LIST.name)
        for rule in (LIST, changed):
            await store.save_word_rule(rule)
        assert list(await store.word_rules(100)) == [changed]

    async def test_a_deleted_rule_about_words_is_gone_and_the_others_stay(self, store: JobStore) -> None:
        for rule in (LIST, PATTERN, replace(LIST, guild_id=101)):
            await store.save_word_rule(rule)
        assert await store.delete_word_rule(100, LIST.name, by=3)
        assert not await store.delete_word_rule(100, LIST.name, by=3)
        assert [await store.word_rules(each) for each in (100, 101)] == [
            [PATTERN],
            [replace(LIST, guild_id=101)],
        ]

    async def test_who_changes_a_rule_about_words_is_written_down(self, store: JobStore) -> None:
        await store.save_word_rule(LIST)
        for _ in range(2):
            await store.delete_word_rule(100, LIST.name, by=3)
        lines = await store.audited(AuditFilter(guild_id=100))
        assert [(each.actor_id, each.action, each.details) for each in lines] == [
            (3, AuditAction.WORDS, {"rule": "no gore", "action": ""}),
            (1, AuditAction.WORDS, {"rule": "no gore", "action": "refuse"}),
        ]

    async def test_a_guild_has_room_for_so_many_rules_and_for_changes_of_those(self, store: JobStore) -> None:
        for number in range(MOST_RULES):
            assert await store.save_word_rule(replace(PATTERN, name=str(number)))
        assert not await store.save_word_rule(PATTERN)
        assert await store.save_word_rule(replace(LIST, name="0"))
        assert await store.save_word_rule(replace(PATTERN, guild_id=101))
