"""The command line: ``python -m bot`` runs the bot; ``sandbox`` tries it without a token; ``doctor`` checks a setup.

``workflow`` reads what ComfyUI saved; ``migrate-store`` moves the ledger to another database.
"""

import argparse
import asyncio
import gc
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ForOperator, SettingsUnusable, Unusable
from bot.jobs.address import address_of
from bot.role import Role
from bot.sandbox.steps import Pressed, Typed
from bot.workflow_command import arguments as workflow_arguments

if TYPE_CHECKING:
    from bot.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the returned number is the exit status."""
    _speak_any_terminal()
    options = _parser().parse_args(arguments)
    try:
        return _carry_out(options)
    except SettingsUnusable as problem:
        _tell(problem, _language(options), heading=True)
        return 2
    except Unusable as problem:
        _tell(problem, _language(options))
        return 1
    except KeyboardInterrupt:
        return 130


def _carry_out(options: argparse.Namespace) -> int:
    match options.command:
        case "sandbox":
            return _sandbox(options)
        case "doctor":
            return _doctor(options)
        case "workflow":
            return _workflow(options)
        case "backup" | "restore":
            return _copy(options)
        case "migrate-store":
            return _migrate_store(options)
        case _:
            return _run(options)


def _run(options: argparse.Namespace) -> int:
    gc.disable()  # until the bot runs: imports make hardly anything but what stays, and searching it takes long
    from bot.app import run  # noqa: PLC0415  # each command pays only for what it imports

    try:
        role = Role(options.role)
        asyncio.run(run(_settings(options), role, stop_with_stdin=options.stop_with_stdin))
    finally:
        gc.enable()
    return 0


def _sandbox(options: argparse.Namespace) -> int:
    from bot.sandbox.command import SandboxOptions, run  # noqa: PLC0415  # as above

    chosen = SandboxOptions(
        steps=tuple(options.steps),
        comfyui=options.comfyui,
        output=options.output,
        as_json=options.json,
        workflows=options.workflows,
        timeout_seconds=options.timeout,
        locale=options.locale,
        as_guest=options.guest,
        as_administrator=options.administrator,
    )
    return asyncio.run(run(chosen))


def _doctor(options: argparse.Namespace) -> int:
    from bot.doctor import examine  # noqa: PLC0415  # as above

    return asyncio.run(examine(_settings(options), Role(options.role)))


def _workflow(options: argparse.Namespace) -> int:
    from bot.workflow_command.running import run  # noqa: PLC0415  # as above

    return run(options, _settings(options))


def _copy(options: argparse.Namespace) -> int:
    from bot.backup import backup, restore  # noqa: PLC0415  # as above

    carry_out = backup if options.command == "backup" else restore
    return carry_out(_settings(options), options.folder)


def _migrate_store(options: argparse.Namespace) -> int:
    from bot.moving import move  # noqa: PLC0415  # as above

    try:
        asyncio.run(move(_settings(options), address_of(options.to)))
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


def _settings(options: argparse.Namespace) -> "Settings":
    from bot.settings import load  # noqa: PLC0415  # as above

    if options.env_file is not None:
        return load(options.env_file)
    return load(Path(".env"), required=False)


def _language(options: argparse.Namespace) -> str | None:
    """What the settings say of it, though they cannot be used otherwise."""
    from bot.env_file import language_in  # noqa: PLC0415  # as above

    return os.environ.get("LANGUAGE") or language_in(options.env_file or Path(".env"))


def _tell(problem: ForOperator, language: str | None, *, heading: bool = False) -> None:
    from bot.spoken import operators_locale  # noqa: PLC0415  # as above
    from bot.texts import render, text  # noqa: PLC0415  # as above

    locale = operators_locale(language, os.environ, sys.stderr.encoding)
    if heading:
        print(render(text("settings-need-change"), locale), file=sys.stderr)
    print(problem.told(locale), file=sys.stderr)


def _speak_any_terminal() -> None:
    """Let no character end a command that the terminal cannot show: it is written as ``?`` there."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="comfycord", description="A Discord bot for your own ComfyUI.")
    parser.add_argument(
        "--env-file", type=Path, help="where the settings are (default: .env, where there is one)"
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    running = commands.add_parser("run", help="run the bot (the default)")
    running.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="stop when standard input ends, so that the bot does not outlive the program that started it",
    )
    _role_argument(running)
    parser.set_defaults(stop_with_stdin=False, role=Role.ALL.value)
    doctor = commands.add_parser(
        "doctor", help="check the settings, Discord, each ComfyUI, the workflows and the database"
    )
    _role_argument(doctor)
    sandbox = commands.add_parser(
        "sandbox", help="try the real bot on this machine: no token, no GPU, nothing to configure"
    )
    sandbox.add_argument(
        "--once",
        action="append",
        dest="steps",
        type=Typed,
        default=[],
        metavar="COMMAND",
        help="run a command as a person would, e.g. '/txt2img prompt:a red fox' or '/img2img image:@fox.jpg …'; "
        "given several times, one after another",
    )
    sandbox.add_argument(
        "--press",
        action="append",
        dest="steps",
        type=Pressed,
        metavar="BUTTON",
        help="after what stands before it: press a button of the bot, or choose from a menu, by the first part of its "
        "custom id, e.g. again, 'pick 2'; what follows fills in the form that opens, e.g. 'edit seed:5'",
    )
    sandbox.add_argument("--comfyui", metavar="URL", help="use this ComfyUI instead of the stand-in")
    sandbox.add_argument("--workflows", type=Path, metavar="DIR", help="the folder of workflows to try")
    sandbox.add_argument(
        "--output",
        type=Path,
        default=Path("sandbox-output"),
        metavar="DIR",
        help="where --once saves results",
    )
    sandbox.add_argument("--json", action="store_true", help="with --once: print one JSON object a line")
    sandbox.add_argument("--locale", default="en-US", help="the person's language: en-US or zh-CN")
    sandbox.add_argument(
        "--guest",
        action="store_true",
        help="with --once: where the bot is no member, brought by the person's own account",
    )
    sandbox.add_argument(
        "--administrator", action="store_true", help="with --once: done by who administers the server"
    )
    sandbox.add_argument(
        "--timeout", type=float, default=900, metavar="SECONDS", help="with --once: give up after this long"
    )
    for command, what in (
        ("backup", "copy jobs and files into a folder, while the bot runs or not"),
        ("restore", "put such a copy back, while the bot does not run"),
    ):
        copying = commands.add_parser(command, help=what)
        copying.add_argument(
            "folder", type=Path, help="the copy's own folder, for instance backups/2026-11-27"
        )
    workflow_arguments.describe(
        commands.add_parser("workflow", help="convert, show, check or add workflows that ComfyUI saved")
    )
    moving = commands.add_parser(
        "migrate-store", help="while the bot is stopped: move its jobs from DATABASE to another database"
    )
    moving.add_argument(
        "--to", required=True, metavar="DATABASE", help="a file, or postgresql://user:password@host/name"
    )
    return parser


def _role_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--role",
        choices=[role.value for role in Role],
        default=Role.ALL.value,
        help="with PostgreSQL: bot answers people, worker carries jobs out beside a ComfyUI; all does both (the default)",
    )


if __name__ == "__main__":
    sys.exit(main())
