"""A Word file as bytes that depend on its content only: parts in one order, one date, and nothing about who worked on it but the unit."""

import zipfile
from datetime import UTC
from io import BytesIO
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from rules.time import Instant, local_datetime

_FIRST: Final = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_DROPPED: Final = ("docProps/thumbnail.jpeg", "customXml/", "word/webSettings.xml", "word/stylesWithEffects.xml")
CORE: Final = "docProps/core.xml"
APP: Final = "docProps/app.xml"
_APP_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Company>{author}</Company></Properties>'
)
_CORE_XML: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>{author}</dc:creator>'
    "<cp:lastModifiedBy>{author}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified><dc:language>vi-VN</dc:language></cp:coreProperties>'
)


def plain_package(content: bytes, *, author: str, at: Instant, title: str = "") -> bytes:
    """Return a DOCX again with its properties set to the unit and the instant `at`, and nothing else that tells of its making."""
    return zipped(plain_parts(content, author=author, at=at, title=title))


def plain_parts(content: bytes, *, author: str, at: Instant, title: str = "") -> dict[str, bytes]:
    """Return the parts of such a DOCX by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if not name.startswith(_DROPPED)}
    moment = f"{local_datetime(at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if at else "2020-03-05T00:00:00Z"
    parts[CORE] = _CORE_XML.format(title=escape(title), author=escape(author), at=moment).encode()
    parts[APP] = _APP_XML.format(author=escape(author)).encode()
    for name in [name for name in parts if name.endswith(".rels")]:
        parts[name] = _without_dropped(parts[name])
    parts["[Content_Types].xml"] = _without_dropped(parts["[Content_Types].xml"])
    return parts


def zipped(parts: dict[str, bytes]) -> bytes:
    """Return parts as an archive whose bytes depend on nothing but them."""
    order = sorted(parts, key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in order:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 0
            archive.writestr(entry, parts[name], compresslevel=6)
    return made.getvalue()


def _without_dropped(xml: bytes) -> bytes:
    """Return a list of relations or types without the parts that were left out."""
    tree = etree.fromstring(xml)
    for child in list(tree):
        target = (child.get("Target") or child.get("PartName") or "").lstrip("/").removeprefix("../")
        if any(target.startswith(name) or f"word/{target}".startswith(name) for name in _DROPPED):
            tree.remove(child)
    made: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
