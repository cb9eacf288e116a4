"""A QR code as a drawing inside the page: no script, no style attribute, no request to anywhere."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """Return the QR code of an address as inline SVG, black on white whatever the page's colours are."""
    drawn = segno.make(text, error="m", boost_error=False).svg_inline(
        omitsize=True, border=2, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - segno draws it, of an address that this server made
