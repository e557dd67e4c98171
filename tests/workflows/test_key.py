"""The keys of workflows: what they say, and what people read of them."""

import pytest

from bot.workflows.key import GuildKey, guild_key, is_same, key_of, spoken


@pytest.mark.parametrize("name", ["cat", "高清", "a-b_c.d" * 4])
def test_a_key_says_what_it_was_made_of_and_people_read_the_name(name: str) -> None:
    key = key_of(name, 17, 3)
    assert guild_key(key) == GuildKey(name, 17, 3)
    assert str(GuildKey(name, 17, 3)) == key
    assert spoken(key) == name


@pytest.mark.parametrize(
    "key", ["txt2img", "cat@", "cat@17", "cat@17.0", "cat@0.1", "@1.1", "a@b@1.1", "cat@1.1 "]
)
def test_whatever_is_no_key_of_a_guilds_workflow_is_its_own_name(key: str) -> None:
    assert guild_key(key) is None
    assert spoken(key) == key


def test_versions_are_the_same_workflow_whatever_they_are_called() -> None:
    assert is_same("cat@17.3", "kitty@17.4")
    assert is_same("cat", "cat")
    assert not is_same("cat@17.3", "cat@18.3")
    assert not is_same("cat@17.3", "cat")
