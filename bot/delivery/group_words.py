"""What is said of the members of a group. Pure."""

from collections.abc import Sequence

from bot.jobs.job import Job


def label_of(member: Job) -> str:
    """What tells it from the others: its labels; where it has none, its seed; or only its number."""
    group = member.group
    labels = () if group is None else group.labels
    if labels:
        return " · ".join(labels)
    if "seed" in member.values:
        return f"seed {member.values['seed']}"
    return "" if group is None else f"#{group.number}"


def listed(labels: Sequence[str], most: int) -> str:
    """Some labels, and how many more there are."""
    more = len(labels) - most
    return ", ".join(labels[:most]) + (f" +{more}" if more > 0 else "")
