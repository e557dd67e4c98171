"""The application around the routes: base path, ``/api``, what a proxy in front asks for, and what nothing answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.sandbox.comfyui.bodies import HandlerError, internal_server_error
from bot.sandbox.comfyui.routes import Routes

if TYPE_CHECKING:
    from bot.sandbox.comfyui.server import ComfyServer

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


async def _no_such_file(_: web.Request) -> web.Response:
    """What ComfyUI's static files say to any path that nothing else answers."""
    return web.Response(status=404, content_type="application/octet-stream")


def application(
    server: "ComfyServer", *, prefix: str, headers: Mapping[str, str], max_body_bytes: int
) -> web.Application:
    """The whole application. ``headers`` must come with every request, as if a proxy asked for them."""

    @web.middleware
    async def with_faults(request: web.Request, handler: Handler) -> web.StreamResponse:
        if server.installation.on_request is not None:
            server.installation.on_request(request.method, request.path)
        await server.until_thawed()
        path = request.path.removeprefix(prefix).removeprefix("/api")
        fault = server.installation.faults.next_for(request.method, path)
        return await (handler(request) if fault is None else fault.answer(request, handler))

    @web.middleware
    async def with_access_checks(request: web.Request, handler: Handler) -> web.StreamResponse:
        if any(request.headers.get(name) != value for name, value in headers.items()):
            return web.Response(status=401, text="401: Unauthorized", headers={"WWW-Authenticate": "Basic"})
        if _is_cross_origin(request):
            return web.Response(status=403)
        try:
            return await handler(request)
        except HandlerError:
            return internal_server_error()

    app = web.Application(middlewares=[with_faults, with_access_checks], client_max_size=max_body_bytes)
    routes = Routes(server)
    table = [
        (method, base + path, handler) for method, path, handler in routes.table() for base in ("", "/api")
    ]
    if server.installation.release.jobs_api:
        # they are declared below /api, and like every route once more below /api
        table += [
            (method, base + path, handler)
            for method, path, handler in routes.jobs_table()
            for base in ("/api", "/api/api")
        ]
    for method, path, handler in table:
        add = app.router.add_get if method == hdrs.METH_GET else app.router.add_post
        add(prefix + path, handler)
    app.router.add_get("/{path:.*}", _no_such_file)
    return app


def _is_cross_origin(request: web.Request) -> bool:
    """Whether a page of another site in the operator's browser is asking."""
    origin = request.headers.get(hdrs.ORIGIN)
    if origin is None or request.host.rsplit(":", 1)[0] not in _LOOPBACK:
        return False
    return origin.split("://", 1)[-1] != request.host
