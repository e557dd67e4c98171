"""What ``doctor`` says of the programs beside ComfyUI that the operator named: each is asked once, for next to nothing."""

import asyncio
import io
from collections.abc import AsyncIterator

import aiohttp

from bot.classifying import Classifier, ClassifierAway, ClassifierEndpoint, Scores
from bot.finding import Finding
from bot.settings import Settings
from bot.texts import text
from bot.wording import Endpoint, PromptHelper, WordingError

MOST_LABELS = 20
"""A classifier of everything has a thousand."""


async def told_of_helpers(settings: Settings) -> AsyncIterator[Finding]:
    """Each has its own time-out: a model that is loaded only now takes longer than others here may."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        if settings.prompt_helper is not None:
            yield await _prompt_helper(session, settings.prompt_helper)
        if settings.classifier is not None:
            yield await _classifier(session, settings.classifier)


async def _prompt_helper(session: aiohttp.ClientSession, endpoint: Endpoint) -> Finding:
    try:
        await PromptHelper(session, endpoint).check()
    except WordingError as error:
        words = text("doctor-prompt-helper-silent", endpoint=endpoint.label, problem=error.details)
        return Finding(good=False, words=words)
    return Finding(
        good=True, words=text("doctor-prompt-helper", endpoint=endpoint.label, model=endpoint.model)
    )


async def _classifier(session: aiohttp.ClientSession, endpoint: ClassifierEndpoint) -> Finding:
    picture = await asyncio.to_thread(_grey)
    try:
        scores = await Classifier(session, endpoint).scores(picture, "image/jpeg")
    except ClassifierAway as error:
        words = text("doctor-classifier-silent", endpoint=endpoint.label, problem=error.details)
        return Finding(good=False, words=words)
    return Finding(
        good=True, words=text("doctor-classifier", endpoint=endpoint.label, labels=_listed(scores))
    )


def _listed(scores: Scores) -> str:
    labels = sorted(scores)
    return ", ".join([*labels[:MOST_LABELS], *(["…"] if len(labels) > MOST_LABELS else [])])


def _grey() -> bytes:
    """A picture that shows nothing."""
    from PIL import Image  # noqa: PLC0415  # takes long to load

    with io.BytesIO() as file:
        Image.new("RGB", (224, 224), (128, 128, 128)).save(file, "JPEG")
        return file.getvalue()
