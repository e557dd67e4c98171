"""What somebody finds in a result before it is shown: hooks of packages, and a classifier where a guild has thresholds.

Once: what was found is in the ledger, and a delivery that begins anew asks nobody again.
"""

import dataclasses
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from msgspec.structs import replace

from bot.delivery.contents import Scratch
from bot.delivery.file_kinds import suffix_of
from bot.delivery.originals import FETCH_BYTES, Originals, OutputsGone
from bot.delivery.picture_check import NOTHING, Classifies, PictureCheck, Verdict
from bot.delivery.result_posting import Result
from bot.delivery.reviewing import Undecided
from bot.generation import FileGone, FileTooBig
from bot.jobs.job import Job, Output
from bot.jobs.retrying import when_available
from bot.jobs.store import JobStore
from bot.moderation.guild_settings import GuildSettings
from bot.moderation.hooks.running import MOST_WORDS, Hooks
from bot.moderation.hooks.values import Made, MadeFile, MadeOutput
from bot.moderation.keys import CLASSIFIER, CLASSIFIER_AWAY
from bot.moderation.values import ClassifierAway as WhenAway
from bot.texts import Text, text


class ResultJudge:
    def __init__(
        self, store: JobStore, settings: GuildSettings, hooks: Hooks, classifier: Classifies | None
    ) -> None:
        """``classifier``: None where the operator has none (any more); for a guild that wants one it is away then."""
        self._store = store
        self._settings = settings
        self._hooks = hooks
        self._classifier = classifier

    async def judged(self, result: Result, originals: Originals) -> tuple[Result, Text | None]:
        """The result with what is to be held back of it, and why nothing of it is shown; None: it is.

        Raises:
            Undecided: another bot has the delivery by now.
            ServersAway, DiskFull, OutputsGone: the files cannot be looked at now.
        """
        job, store = result.job, self._store
        chosen = await when_available(lambda: self._settings.at(job.place))
        is_closed = chosen.of(CLASSIFIER_AWAY) is WhenAway.CLOSED
        check = PictureCheck(self._classifier, chosen.of(CLASSIFIER), is_closed)
        if not (check.thresholds or self._hooks.look_at_results):
            return result, None
        known = await when_available(lambda: store.judgement(job.id))
        if known is not None:
            return result, known.refusal
        found = await self._found(result, originals, check)
        now = await when_available(
            lambda: store.judged(
                result.delivery, spoiler=found.spoiler, review=found.review, refusal=found.refusal
            )
        )
        if now is None:
            raise Undecided
        return _held_back(result, now), found.refusal

    async def _found(self, result: Result, originals: Originals, check: PictureCheck) -> Verdict:
        made = await self._hooks.after_run(_made(result))
        verdict, kept = NOTHING, list[MadeFile]()
        async with Scratch() as scratch:
            if isinstance(made, Made) and (check.thresholds or self._hooks.want_files):
                async for file in _files(result, originals, scratch):
                    if file is None:
                        verdict = verdict.and_(check.of_nothing())
                        continue
                    if check.looks_at(file.suffix):
                        sample = await originals.fitter.sample(file.content, file.suffix, scratch)
                        verdict = verdict.and_(await check.of(sample))
                    if verdict.refusal is not None:
                        return verdict
                    if self._hooks.want_files:
                        kept.append(file)
                    elif isinstance(file.content, Path):
                        file.content.unlink(missing_ok=True)
                made = await self._hooks.before_posting(dataclasses.replace(made, files=tuple(kept)))
        return verdict.and_(_of_hooks(made))


def _of_hooks(made: Made | Text) -> Verdict:
    if isinstance(made, Text):
        return Verdict(refusal=made)
    review = None if made.review is None else text("review-why-hook", words=made.review[:MOST_WORDS])
    return Verdict(made.spoiler, review)


def _held_back(result: Result, now: Job) -> Result:
    members = [replace(each, spoiler=now.spoiler, review=now.review) for each in result.members]
    return replace(result, delivery=replace(result.delivery, job=now), members=members)


def _outputs(result: Result, most: int) -> Sequence[tuple[Job, Output]]:
    """The files of which something will be seen, each with its maker."""
    made = result.made
    if made.sheet is not None:
        return [(cell.job, cell.picture) for cell in made.sheet.cells if cell.picture is not None]
    return [(made.owner(number, result.job), output) for number, output in enumerate(made.outputs[:most], 1)]


async def _files(result: Result, originals: Originals, scratch: Scratch) -> AsyncGenerator[MadeFile | None]:
    """Those that can be shown; what is too large never is. None: one is not there, and may come back.

    Raises:
        OutputsGone: none of them is there.
    """
    outputs, gone = _outputs(result, originals.showing.max_outputs), 0
    for owner, output in outputs:
        try:
            examined = await originals.fetch(owner, output, scratch, max_bytes=FETCH_BYTES)
        except FileGone:
            gone += 1
            if gone == len(outputs) and not result.made.texts:
                raise OutputsGone from None
            yield None
            continue
        except FileTooBig:
            continue
        yield MadeFile(output.filename, examined.suffix or suffix_of(output.filename), examined.content)


def _made(result: Result) -> Made:
    job = result.job
    return Made(
        job_id=job.id,
        workflow=job.command,
        values=job.values,
        guild_id=job.place.guild_id,
        channel_id=job.place.channel_id,
        user_id=job.place.user_id,
        locale=job.place.user_locale,
        outputs=tuple(MadeOutput(each.node_id, each.filename) for each in result.made.outputs),
        texts=result.made.texts,
        spoiler=job.spoiler,
    )
