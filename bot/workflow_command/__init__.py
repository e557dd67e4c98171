"""``python -m bot workflow``: read, show, check and add workflows from a terminal, with what one ComfyUI knows.

It puts :mod:`bot.comfy.convert` and :mod:`bot.workflows` behind four actions and knows nothing of Discord. The arguments
are described apart from what they do, so that the command line imports only what it runs.
"""
