"""Everything that this package tells a person, in English, each under a name by which others can say it in their language."""

from collections.abc import Mapping
from typing import TypeAlias

from .redaction import encodable

Value: TypeAlias = str | int


class Phrase(str):
    """A sentence, or a part of one. As a ``str`` it is English; ``kind`` and ``values`` say it whole.

    ``values`` may hold phrases, and words of others: of a server, a file, an operating system.
    """

    __slots__ = ("kind", "values")
    kind: str
    """One of ``PHRASES``."""
    values: Mapping[str, Value]

    def __new__(cls, kind: str, /, **values: Value) -> "Phrase":
        sound = {
            name: encodable(value) if isinstance(value, str) and not isinstance(value, Phrase) else value
            for name, value in values.items()
        }
        phrase = super().__new__(cls, PHRASES[kind].format(**sound))
        phrase.kind, phrase.values = kind, sound
        return phrase

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.kind, dict(self.values))


def _again(kind: str, values: Mapping[str, Value]) -> Phrase:
    return Phrase(kind, **values)


_SERVERS: Mapping[str, str] = {
    "error": "ComfyUI at {server} {what}.",
    "timed-out": "did not answer {asked} within {seconds} s",
    "not-let-in": "or the proxy in front of it refused {asked} ({status})",
    "nothing-there": "has nothing at {asked} ({status})",
    "refused-as-too-large": "refused {asked} as too large: {said}",
    "login-page": "is behind a login page, which answered {asked}: {remedy}",
    "login-page-by": "is behind a login page ({by}), which answered {asked}: {remedy}",
    "let-in": "give the bot what the proxy lets in, as header, user and password, or bearer token",
    "answered": "answered {asked} with {status}: {why}",
    "redirect": "redirect to {target}",
    "redirect-to-https": "redirect to {target}; write https:// in its address",
    "redirect-elsewhere": "redirect to {target}; another host is asked only if COMFYUI_REDIRECT_HOSTS names it, "
    "and for files only",
    "redirect-nowhere": "redirect to nowhere",
    "nothing-said": "(nothing)",
    "web-page": "answered {asked} with a web page: is that the address of a ComfyUI, and does a login page stand before it?",
    "speaks-https": "cannot be reached: it speaks https; write https:// in its address",
    "speaks-http": "speaks plain http where https was tried: write http:// in its address, or put https before it",
    "unreachable": "cannot be reached: {reason}",
    "unreachable-https": "cannot be reached over https: {reason}",
    "name-impossible": "its name cannot be one",
    "name-unknown": "Name or service not known",
    "name-unresolved": "Temporary failure in name resolution",
    "connection-refused": "Connection refused",
    "connection-reset": "Connection reset by peer",
    "connection-timed-out": "Connection timed out",
    "no-route": "No route to host",
    "no-network": "Network is unreachable",
    "went-away": "went away during {asked}: {reason}",
    "more-than-read": "answers {asked} with more than is read: {why}",
    "more-than-allowed": "answers {asked} with more than the {most:,} bytes allowed",
    "graph-refused": "refused the graph: {said}",
    "stream-ended": "ended the event stream ({code})",
    "stream-ended-with": "ended the event stream ({code}: {said})",
    "certificates-unreadable": "cannot be reached: the certificates in {file} cannot be read ({reason})",
    "certificate-unsigned": "shows a certificate that no known authority signed ({said}): name the authority's "
    "or the certificate's own PEM file in COMFYUI_CA_FILE (or in SSL_CERT_FILE)",
    "certificate-expired": "shows a certificate that has expired: renew it there (and check the clocks)",
    "certificate-of-another": "shows a certificate of another name: write the name in it as the address ({said})",
    "certificate-untrusted": "shows a certificate that cannot be trusted: {said}",
    "several-accesses": "A server takes one of user with password, bearer token, and Authorization header.",
    "header-impossible": "The header {name} has a character that headers cannot have.",
    "address-wrong": "This is not the address of a ComfyUI. Write it like http://127.0.0.1:8188.",
    "address-with-query": "The address of a ComfyUI has no '?' or '#'; keys go into headers. Write it like http://127.0.0.1:8188.",
}
_ANSWERS: Mapping[str, str] = {
    "not-json": "not JSON: {reason}",
    "member-missing": "a member is missing between commas",
    "object-expected": "an object was expected",
    "array-expected": "an array was expected",
    "too-deep": "nested deeper than {most} levels",
    "too-many-bytes": "more than {most:,} bytes",
    "too-many-elements": "more than {most:,} elements",
    "too-many-elements-or": "more than {most:,} elements, or {each:,} in one member",
    "key-missing": "'{key}' is missing",
    "no-comfyui": "'system' is missing: is this a ComfyUI?",
    "queue-item": "a queue item without number and prompt_id",
    "frame-short": "the frame ends early",
    "frame-node": "'node' is missing: null would mean the end",
}
_GRAPHS: Mapping[str, str] = {
    "graph-no-json": "This is not JSON ({reason}).",
    "graph-no-object": "A graph is a JSON object of nodes; this is something else.",
    "graph-of-editor": "This is the editor's format; export it with 'Save (API Format)' or 'Export (API)'.",
    "graph-empty": "The graph has no nodes.",
    "node-classless": "'{node}' is not a node: it has no class_type.",
    "node-inputs": "Node '{node}' ({name}): inputs must be an object.",
    "graph-unwritable": "The graph cannot be written as JSON ({reason}).",
}
_CONVERSION: Mapping[str, str] = {
    "ui-is-api": "This is not a UI graph: it is in API format already.",
    "ui-no-nodes": "This is not a UI graph: it has no list of nodes.",
    "definitions-too-deep": "The subgraphs are nested more than {most} deep.",
    "too-many-nodes": "The file has {count:,} nodes; at most {most:,} are taken.",
    "too-many-links": "The file has {count:,} links; at most {most:,} are taken.",
    "too-many-sockets": "A node has {count:,} inputs or outputs; at most {most:,} are taken.",
    "node-no-id": "A node ('{name}') has no id.",
    "same-id": "Two nodes have the same id {node}.",
    "same-id-in": "Two nodes of the subgraph '{subgraph}' have the same id {node}.",
    "same-id-written": "Two nodes would have the same id {node}.",
    "value-too-deep": "A value is nested more than {most} deep.",
    "subgraph-too-deep": "The subgraph '{subgraph}' is nested more than {most} deep.",
    "subgraph-in-itself": "The subgraph '{subgraph}' contains itself.",
    "too-many-written": "Written out, the subgraphs have more than {most:,} nodes.",
    "too-many-reroutes": "The links pass through too many reroutes, bypassed nodes and broadcasts.",
    "one-node": "node {nodes}",
    "several-nodes": "nodes {nodes}",
    "class-missing": "The server has no node '{name}' ({nodes}).",
    "class-missing-own": "The server has no node '{name}' ({nodes}). It is one of ComfyUI's own, of another version.",
    "class-missing-pack": "The server has no node '{name}' ({nodes}). It comes with '{pack}'.",
    "browser-value": "Only the editor in a browser can render '{input}' of '{name}' ({nodes}): save the view as a picture "
    "there, and load that with LoadImage in its place.",
    "unusable-value": "'{input}' of '{name}' ({nodes}) holds {value}, which is no file's name: the file was saved with "
    "another version of the node. Open it in ComfyUI, choose the file again, and save it.",
    "unknown-option": "'{name}' ({nodes}) on this server knows no '{value}' for '{input}': the file is newer, or made "
    "with another version of the node.",
    "lost-wires": "The links of '{name}' ({nodes}) are not in the file; export it with 'Export (API)', or send a picture "
    "that it made.",
    "circle": "The links go round in a circle ({nodes}).",
    "node-left-out": "Node {node} ({name}) is unknown to the server and wired to nothing; it is left out.",
    "link-dropped": "Node {node} ({name}) has no input '{input}' on this server; its link was dropped.",
    "records": "Node {node} ({name}) records '{input}' in a browser; it needs a file instead.",
    "in-node": "Node {node} ({name}): {problem}",
    "in-titled-node": "Node {node} ('{title}', {name}): {problem}",
    "misfit-held": "'{input}' holds {value}, which is {what}; the default {instead} is sent instead.",
    "misfit-given": "'{input}' gets from node {giver} {value}, which is {what}; its own {instead} is sent instead.",
    "no-whole-number": "no whole number",
    "no-number": "no number",
    "no-flag": "neither true nor false",
    "no-text": "no text",
    "no-choice": "none of its choices",
}
PHRASES: Mapping[str, str] = {**_SERVERS, **_ANSWERS, **_GRAPHS, **_CONVERSION}
"""In the syntax of :meth:`str.format`."""
