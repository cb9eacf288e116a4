"""A DOCX laid open for tests: its parts, paragraphs and runs, without any library that mends what is wrong."""

import re
import zipfile
from io import BytesIO

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Opened:
    """The parts of a document; `body` is the element of its body."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            self.dates = {entry.date_time for entry in archive.infolist()}
            self.parts = {name: archive.read(name) for name in archive.namelist()}
        self.body = etree.fromstring(self.parts["word/document.xml"]).find(f"{W}body")
        self.text = "\n".join(map(text_of, self.paragraphs()))

    def paragraphs(self):
        return list(self.body.iter(f"{W}p"))

    def paragraph(self, pattern):
        """Return the one paragraph whose text matches."""
        found = [each for each in self.paragraphs() if re.search(pattern, text_of(each))]
        assert len(found) == 1, (pattern, [text_of(each) for each in found])
        return found[0]

    def headers(self):
        return {
            name: etree.fromstring(data) for name, data in self.parts.items() if re.match(r"word/header\d+\.xml", name)
        }

    def bookmarks(self):
        """Return the printed numbers by the names of their bookmarks."""
        found = {}
        for start in self.body.iter(f"{W}bookmarkStart"):
            texts, node = [], start.getnext()
            while node.tag != f"{W}bookmarkEnd":
                texts.append(text_of(node))
                node = node.getnext()
            found[start.get(f"{W}name")] = "".join(texts)
        return found


def text_of(node):
    return "".join(each.text or "" for each in node.iter(f"{W}t"))


def looks(node):
    """Return (size in points, bold, italic) of every run of a paragraph, once each."""
    found = set()
    for run in node.iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        size = properties.find(f"{W}sz").get(f"{W}val")
        found.add((int(size) / 2, properties.find(f"{W}b") is not None, properties.find(f"{W}i") is not None))
    return found


def align(node):
    return node.find(f"{W}pPr/{W}jc").get(f"{W}val")
