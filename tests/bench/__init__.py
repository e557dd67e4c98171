"""How fast the bot is, beside what its libraries alone would take on the same machine: ``python -m tests.bench``.

The bot is a process of its own, as is everything that stands for a floor; both stand-ins are in the bench's process.
Nothing here is run by pytest but the arithmetic of the table: a machine's load is no test result.
"""
