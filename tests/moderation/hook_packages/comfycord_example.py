"""A package with hooks, as bot/moderation/hooks/HOOKS.md describes it: a signature in every prompt, and no villains."""

from dataclasses import replace

from bot.moderation.hooks import Asked, Made, Refusal


class Example:
    async def before_submission(self, asked: Asked) -> Asked | Refusal:
        prompt = asked.values.get("prompt", "")
        if "villain" in prompt:
            return Refusal({"en": "No villains here.", "zh-CN": "这里不画反派。"})
        if "dragon" in prompt:
            return replace(asked, review="Dragons are looked at.")
        signed = f"{prompt}, signed"
        graph = {
            node_id: {
                **node,
                "inputs": {
                    name: signed if value == prompt else value for name, value in node["inputs"].items()
                },
            }
            for node_id, node in asked.graph.items()
        }
        return replace(asked, values={**asked.values, "prompt": signed}, graph=graph)

    async def after_run(self, made: Made) -> Made | Refusal:
        return replace(made, spoiler=len(made.outputs) > 1)

    async def before_posting(self, made: Made) -> Made | Refusal:
        if any(len(each.content) < 8 for each in made.files if isinstance(each.content, bytes)):
            return Refusal("A file is too small to be a picture.")
        return made
