"""XML and JSON from strangers: no document type, entities or network; bounded in size, depth and number."""

import io
import json
import re
import xml.etree.ElementTree as ET
from typing import Any, NoReturn

from defusedxml import ElementTree as DefusedET

from footage.errors import BadInput
from footage.formats.foreign import tidy

LARGEST = 4 * 1024 * 1024
"""Bytes of a document that is still read."""

_DEEPEST = 40
_MOST_PARTS = 50_000
_JSON_PARTS = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},]', re.DOTALL)


def parse_xml(data: bytes, what: str) -> ET.Element:
    """The root of an XML document.

    Args:
        what: what messages call it ("the file's XMP").

    Raises:
        BadInput: it is too large, too deep, declares a document type or entities, or is no XML.
    """
    _insist_on_size(data, what)
    depth = count = 0
    root: ET.Element | None = None
    try:
        text = io.BytesIO(data.strip(b"\0\t\n\r "))
        for event, element in DefusedET.iterparse(text, ("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            count += event == "start"
            _insist_on_shape(depth, count, what)
    except (ET.ParseError, ValueError, LookupError) as error:
        raise BadInput(f"{what} cannot be read: {tidy(str(error)) or 'no XML'}") from error
    if root is None:
        raise BadInput(f"{what} cannot be read: no XML")
    return root


def parse_json(data: bytes, what: str) -> dict[str, Any]:
    """The object that a JSON document is.

    Raises:
        BadInput: it is too large, too deep, no JSON in UTF-8, or no object.
    """
    _insist_on_size(data, what)
    try:
        text = data.decode("utf-8-sig")
        depth = count = 0
        for match in _JSON_PARTS.finditer(text):
            sign = match[0]
            depth += (sign in "[{") - (sign in "]}")
            count += sign in "[{,"
            _insist_on_shape(depth, count, what)
        document = json.loads(text, parse_constant=_no_number)
    except ValueError as error:
        raise BadInput(f"{what} cannot be read: {tidy(str(error)) or 'no JSON'}") from error
    if not isinstance(document, dict):
        raise BadInput(f"{what} cannot be read: it is no JSON object")
    return document


def _insist_on_size(data: bytes, what: str) -> None:
    if len(data) > LARGEST:
        raise BadInput(f"{what} is not read: it is larger than {LARGEST >> 20} MiB")


def _insist_on_shape(depth: int, count: int, what: str) -> None:
    if depth > _DEEPEST or count > _MOST_PARTS:
        raise BadInput(f"{what} is not read: it is nested too deeply or has too many parts")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")
