"""The Discord side of a job: its status message, its result message, and files made to fit.

Knows discord.py and the ledger; must not know slash commands, nor how a picture is made.
"""
