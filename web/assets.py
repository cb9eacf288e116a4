"""Style sheets, scripts and icons: ours from `web/static`, the others out of installed packages, all under hashed names.

Nothing third-party is kept in the repository. `Assets.ready` copies what is missing into the instance's own folder as
`name.<hash>.ext`, with compressed copies beside it, so that browsers may keep every file for ever. To take a file from another
package, change one line of `THIRD_PARTY`.
"""

import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from markupsafe import Markup
from whitenoise.compress import Compressor

OURS: Final = Path(__file__).parent / "static"
THIRD_PARTY: Final = {
    "bootstrap.css": ("flask_bootstrap", "static/bootstrap5/css/bootstrap.min.css"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js"),
}
"""Our name of a file, and the package and path it comes from."""
ICONS: Final = ("flask_bootstrap", "static/bootstrap5/icons/bootstrap-icons.svg")
PREFIX: Final = "static/"
MOST_BADGES: Final = 5000
"""Badges that are kept as they were drawn: a list shows the same few states a hundred times."""
_SYMBOL: Final = re.compile(r'<symbol[^>]*viewBox="([^"]+)"[^>]*id="([\w-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)
_HASHED: Final = re.compile(r"^.+\.[0-9a-f]{8}\.\w+$")


def packaged(package: str, path: str) -> Path:
    """Return a file inside an installed package, found without importing it."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {package} is not installed; run make install")
    return Path(next(iter(found.submodule_search_locations))) / path


@dataclass
class Assets:
    """The files of one release, in a folder that the server may give away as it is."""

    folder: Path
    names: dict[str, str] = field(default_factory=dict)

    def ready(self) -> "Assets":
        """Copy what is not there yet and return self. A release that changed a file changes its name."""
        self.folder.mkdir(parents=True, exist_ok=True)
        sources = {path.name: path for path in OURS.iterdir() if path.is_file()}
        sources |= {name: packaged(*place) for name, place in THIRD_PARTY.items()}
        for name, source in sorted(sources.items()):
            content = source.read_bytes()
            stem, _, ending = name.rpartition(".")
            self.names[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:8]}.{ending}"
            target = self.folder / self.names[name]
            if not target.exists():
                part = target.with_suffix(target.suffix + ".part")
                shutil.copyfile(source, part)
                part.replace(target)
                list(Compressor(quiet=True).compress(str(target)))
        return self

    def url(self, name: str) -> str:
        """Return the address of a file by our name of it."""
        return f"/{PREFIX}{self.names[name]}"

    @cached_property
    def _symbols(self) -> dict[str, tuple[str, str]]:
        sprite = packaged(*ICONS).read_text()
        return {name: (box, body.strip()) for box, name, body in _SYMBOL.findall(sprite)}

    @cached_property
    def icon(self) -> Callable[..., Markup]:
        """What draws an icon into a page, by name: decoration, unless it has a `label` of its own."""
        return cache(self._drawn)

    @cached_property
    def badge(self) -> Callable[[str, str, str], Markup]:
        """What shows a state in three signs, colour, icon and word, by kind (good, warn, late, quiet, info), icon's name and text."""
        return lru_cache(maxsize=MOST_BADGES, typed=True)(
            self._badge
        )  # typed: a text that is markup is not escaped again

    def _badge(self, kind: str, icon_name: str, text: str) -> Markup:
        return Markup('<span class="mark mark-{}">{} {}</span>').format(kind, self.icon(icon_name), text)

    def _drawn(self, name: str, label: str = "") -> Markup:
        box, body = self._symbols[name]
        told = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
        opening = Markup('<svg class="icon" width="16" height="16" fill="currentColor" viewBox="{}"').format(box)
        return opening + told + Markup(">") + Markup(body) + Markup("</svg>")  # noqa: S704 - the package's own drawing


def never_changes(_path: str, url: str) -> bool:
    """Whether browsers may keep a file for ever: its name holds its hash."""
    return bool(_HASHED.match(url.rsplit("/", 1)[-1]))
