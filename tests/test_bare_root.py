"""What ``python -m tests.bare_root`` takes from README: there is what it looks for."""

from tests.bare_root import README, Promise, promised


def test_readme_says_two_commands_and_what_debian_needs_before() -> None:
    assert promised(README.read_text(encoding="utf-8")) == Promise(
        packages=("python3-venv",),
        sandbox="python3 -m venv .venv && . .venv/bin/activate && pip install -e . && python -m bot sandbox",
        once="python -m bot sandbox --once '/txt2img prompt:a red fox in snow steps:12'",
    )
