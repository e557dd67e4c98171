"""``python -m tests.chaos``: real bots in a storm of faults, and what Discord shows of it in the end.

One command, bounded in time, no part of the suite (that has ``test_judge.py`` and ``test_proxy.py``). It prints
``accepted / lost / doubled / wrong channel``, and exits with 1 when any but the first is not 0.
"""
