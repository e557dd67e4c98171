"""Proxies that answer for ComfyUI with a web page, mostly one to log in at: how they are recognised."""

import re

from yarl import URL

_PRODUCTS: tuple[tuple[str, str], ...] = (
    ("cloudflareaccess.com", "Cloudflare Access"),
    ("/cdn-cgi/access/", "Cloudflare Access"),
    ("authelia", "Authelia"),
    ("goauthentik", "authentik"),
    ("authentik", "authentik"),
    ("/oauth2/start", "oauth2-proxy"),
    ("/oauth2/sign_in", "oauth2-proxy"),
    ("/protocol/openid-connect", "Keycloak"),
    ("accounts.google.com", "Google"),
    ("login.microsoftonline.com", "Microsoft"),
    ("login.tailscale.com", "Tailscale"),
)
_LOGIN_ADDRESS = re.compile(
    r"(?<![a-z])(?:log-?_?in|sign-?_?in|sso|auth|authorize|oauth2?|saml2?|idp)(?![a-z])"
)
_LOGIN_FORM = re.compile(
    r"type\s{0,3}=\s{0,3}[\"']?password|<title>[^<]{0,200}(?:log\s?in|sign\s?in|authenticat|登录)",
    re.IGNORECASE,
)
_HTML = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_LOOKED_AT = 64 * 1024


def is_web_page(content_type: str, body: str) -> bool:
    """Whether it is HTML: by its type or by how it begins. ComfyUI itself never sends any from its API."""
    return (
        content_type in {"text/html", "application/xhtml+xml"} or _HTML.match(body[:_LOOKED_AT]) is not None
    )


def login_redirect(target: URL) -> str | None:
    """Who asks for a login at ``target``: a product's name, else its host. None: it does not look like a login."""
    address = f"{target.host or ''}{target.path}".lower()
    product = _product(address)
    if product or _LOGIN_ADDRESS.search(address):
        return product or target.host or "a login page"
    return None


def login_form(page: str) -> str | None:
    """Who asks for a login with this HTML; empty: nobody known by name. None: it does not look like a login."""
    shown = page[:_LOOKED_AT]
    product = _product(shown.lower())
    return product or "" if product or _LOGIN_FORM.search(shown) else None


def _product(text: str) -> str | None:
    return next((name for mark, name in _PRODUCTS if mark in text), None)
