"""Headers of every answer, errors included: no inline script or style, no framing, no caching of anything personal."""

from collections import OrderedDict
from typing import Final

from flask import Flask, Response, request, session
from flask_wtf.csrf import generate_csrf

CSP: Final = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "manifest-src 'self'", "worker-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)  # fmt: skip
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def protect(app: Flask, *, https: bool) -> None:
    """Add the headers to every answer of `app`."""
    always = [*HEADERS.items(), ("Cache-Control", "no-store")]
    if https:
        always.append(("Strict-Transport-Security", "max-age=31536000"))

    @app.after_request
    def add(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        response.headers.extend([(name, value) for name, value in always if name.lower() not in given])
        if "server" in given:
            del response.headers["Server"]
        return response


MOST_TOKENS: Final = 5000
_tokens: OrderedDict[str, str] = OrderedDict()


def form_token() -> str:
    """Return the token that the forms of this session carry: signed when the session is first seen here, then kept."""
    own = session.get("csrf_token")
    kept = _tokens.get(own) if own is not None else None
    if kept is None:
        kept = generate_csrf()
        _tokens[session["csrf_token"]] = kept
        if len(_tokens) > MOST_TOKENS:
            _tokens.popitem(last=False)
    return kept


def is_own_form() -> bool:
    """Whether the browser says that this request was sent from one of our own pages."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("Origin")
    return origin is not None and origin.rstrip("/") == request.host_url.rstrip("/")
