"""Our pages: a numbered contact sheet, and the front page of an exported package.

Both are one static HTML file without a script, whose style stands inside. All text in them is treated as
hostile: escaped by the template engine, its hidden characters made visible.
"""

from base64 import b64encode
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from footage.model.notice import Notice
from footage.model.page import Package, Picture, Sheet
from footage.model.printable import printable


def contact_sheet(sheet: Sheet) -> str:
    """A contact sheet as an HTML page."""
    return _PAGES.get_template("contact_sheet.html.j2").render(sheet=sheet)


def package_index(package: Package) -> str:
    """A package's front page, ``index.html``, as HTML; its links lead to the files beside it."""
    return _PAGES.get_template("package_index.html.j2").render(package=package)


def notice_page(notice: Notice) -> str:
    """A correction or a kill, ``notice.html``, as HTML; its links lead to the files beside it."""
    return _PAGES.get_template("notice.html.j2").render(notice=notice)


def _shown(value: object) -> object:
    """What a template writes for a value: text that is no markup yet, with nothing hidden in it."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _lines(text: str) -> Markup:
    """Text of several lines, each of them safe."""
    return Markup("<br>").join(escape(printable(line)) for line in text.split("\n"))


def _address(path: str) -> Markup:
    """A relative path as an address; names in no encoding keep their bytes.

    The dot before it, and the colon's percent sign, keep a name from being read as a scheme or a host.
    """
    return Markup("./" + quote(path, errors="surrogateescape"))


def _source(picture: Picture) -> Markup:
    if picture.jpeg:
        return Markup("data:image/jpeg;base64," + b64encode(picture.jpeg).decode("ascii"))
    return _address(picture.path)


def _size(size: int) -> str:
    """Bytes in the unit people would choose.

    >>> [_size(n) for n in (1, 999, 1500, 6_146_337, 2_000_000_000)]
    ['1 byte', '999 bytes', '1.5 kB', '6.1 MB', '2.0 GB']
    """
    if size < 1000:
        return f"{size} byte{'s' if size != 1 else ''}"
    power = min(4, (len(str(size)) - 1) // 3)
    return f"{size / 1000**power:.1f} {'kMGT'[power - 1]}B"


def _environment() -> Environment:
    pages = Environment(
        loader=PackageLoader("footage.formats"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.filters.update(lines=_lines, address=_address, source=_source, size=_size)
    return pages


_PAGES = _environment()
