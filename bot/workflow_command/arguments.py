"""What ``python -m bot workflow`` can be told."""

import argparse
from pathlib import Path


def describe(workflow: argparse.ArgumentParser) -> None:
    actions = workflow.add_subparsers(dest="action", metavar="action", required=True)
    _describe_convert(actions.add_parser("convert", help="write workflows as graphs in API format"))
    _describe_show(actions.add_parser("show", help="print the options that a workflow's command would have"))
    _describe_check(actions.add_parser("check", help="check every workflow of a folder"))
    _describe_add(
        actions.add_parser("add", help="make a workflow's folder, with the options that were found")
    )
    for action in actions.choices.values():
        action.add_argument(
            "--object-info",
            metavar="FILE|URL",
            help="the node classes: a ComfyUI server, or its answer to GET /object_info in a file "
            "(default: the servers of COMFYUI_URLS are asked)",
        )


def _describe_convert(convert: argparse.ArgumentParser) -> None:
    convert.add_argument(
        "files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="workflows in any form: JSON, or pictures and other files made by ComfyUI",
    )
    convert.add_argument(
        "--output", type=Path, metavar="DIR", help="write NAME.json here (default: print, one graph a line)"
    )


def _describe_show(show: argparse.ArgumentParser) -> None:
    show.add_argument(
        "file", type=Path, metavar="FILE", help="a workflow in any form, or the folder of a workflow"
    )


def _describe_check(check: argparse.ArgumentParser) -> None:
    check.add_argument(
        "folder",
        type=Path,
        nargs="?",
        metavar="FOLDER",
        help="a folder of folders like workflows/ (default: WORKFLOWS_DIR)",
    )


def _describe_add(add: argparse.ArgumentParser) -> None:
    add.add_argument("file", type=Path, metavar="FILE", help="a workflow in any form")
    add.add_argument("--name", required=True, help="the command's name, and the new folder's")
    add.add_argument(
        "--to",
        type=Path,
        metavar="FOLDER",
        help="where the folder is made; made if missing (default: WORKFLOWS_DIR)",
    )
