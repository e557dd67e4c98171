import pytest

from bot.jobs.shards import Shards


@pytest.mark.parametrize(
    ("written", "shards"),
    [
        ("1", Shards(0, 0, 1)),
        ("4", Shards(0, 3, 4)),
        ("0-3/8", Shards(0, 3, 8)),
        ("4 - 7 / 8", Shards(4, 7, 8)),
        ("5/8", Shards(5, 5, 8)),
    ],
)
def test_shards_are_written_as_a_count_or_as_some_of_it(written: str, shards: Shards) -> None:
    assert Shards.read(written) == shards


HOW = "write how many there are, like 4, or which of them this process has, like 0-3/8 (they count from 0)"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("all", HOW),
        ("-1", HOW),
        ("0-3", HOW),
        ("1,2/4", HOW),
        ("0", "there is at least one shard"),
        ("0/0", "there is at least one shard"),
        ("8/8", "there is no shard 8 of 8: they count from 0, the last one is 7"),
        ("1-4/4", "there is no shard 4 of 4: they count from 0, the last one is 3"),
        ("3-1/4", "shard 3 comes after shard 1: write the smaller one first"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r".*") as refusal:
        Shards.read(written)
    assert str(refusal.value) == sentence
