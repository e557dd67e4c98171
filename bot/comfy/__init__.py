"""A typed client for ComfyUI's API: values in and out, one small tree of errors, nothing of Discord or this bot.

See the README beside this file. What docstrings say of ComfyUI was seen on 0.3.64 and 0.33.0, unless they name another source.
"""

from .client import ComfyClient
from .errors import (
    Away,
    ComfyError,
    GraphRefused,
    NotFound,
    StreamLost,
    TimedOut,
    TooLarge,
    Unauthorized,
    UnexpectedAnswer,
)
from .events import (
    Connected,
    Disconnected,
    Event,
    Executed,
    Executing,
    ExecutionCached,
    ExecutionError,
    ExecutionInterrupted,
    ExecutionStart,
    ExecutionSuccess,
    FeatureFlags,
    NodeProgress,
    PreviewImage,
    ProgressState,
    ProgressText,
    Status,
    StepProgress,
    Unknown,
)
from .files import Streamed
from .frames import parse_binary, parse_text
from .graph import MAX_SEED, Graph, GraphError, Node, graph_of, graph_to_json, is_link, parse_graph
from .history import HistoryEntry, JobRecord
from .input_specs import InputSpec
from .json_value import JsonValue
from .objects import NodeClass, ObjectInfo, unpack_object_info
from .outputs import FileRef, OutputFile, OutputKind, preferred
from .phrases import Phrase
from .problems import NodeProblem, Refusal
from .queues import Queue, QueueItem, Submitted
from .redaction import without_secrets
from .server import Server
from .stream import Backoff, EventStream, StreamTimeouts
from .system import Device, Features, SystemStats
from .verdict import Interrupted, NodeFailed, Success, Unfinished, Verdict

__all__ = [
    "MAX_SEED",
    "Away",
    "Backoff",
    "ComfyClient",
    "ComfyError",
    "Connected",
    "Device",
    "Disconnected",
    "Event",
    "EventStream",
    "Executed",
    "Executing",
    "ExecutionCached",
    "ExecutionError",
    "ExecutionInterrupted",
    "ExecutionStart",
    "ExecutionSuccess",
    "FeatureFlags",
    "Features",
    "FileRef",
    "Graph",
    "GraphError",
    "GraphRefused",
    "HistoryEntry",
    "InputSpec",
    "Interrupted",
    "JobRecord",
    "JsonValue",
    "Node",
    "NodeClass",
    "NodeFailed",
    "NodeProblem",
    "NodeProgress",
    "NotFound",
    "ObjectInfo",
    "OutputFile",
    "OutputKind",
    "Phrase",
    "PreviewImage",
    "ProgressState",
    "ProgressText",
    "Queue",
    "QueueItem",
    "Refusal",
    "Server",
    "Status",
    "StepProgress",
    "StreamLost",
    "StreamTimeouts",
    "Streamed",
    "Submitted",
    "Success",
    "SystemStats",
    "TimedOut",
    "TooLarge",
    "Unauthorized",
    "UnexpectedAnswer",
    "Unfinished",
    "Unknown",
    "Verdict",
    "graph_of",
    "graph_to_json",
    "is_link",
    "parse_binary",
    "parse_graph",
    "parse_text",
    "preferred",
    "unpack_object_info",
    "without_secrets",
]
