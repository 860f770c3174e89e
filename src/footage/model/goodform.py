"""Good form in captions, whatever the facts: full stops, spaces, pairs, doubled words, lengths."""

import re
import unicodedata
from collections.abc import Iterator

from footage.model.caption import Finding
from footage.model.dissection import Dissection
from footage.model.english import sentences
from footage.model.wording import credit_line

_FINAL = re.compile(r"[.!?…][\"'”’»)\]]*$")
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+)\s+(\1)(?![\w'’-])", re.IGNORECASE)
_MAY_DOUBLE = ("had", "that")
_NEEDLESS_SPACE = re.compile(r"(?<=\() | (?=[,.;:!?)](?![\w.]))| (?=/)|(?<=/) ")
_OTHER_SPACE = re.compile(r"[^\S \u00a0\u202f]|  |^ | $")
_JOINERS = "\u200c\u200d"
_LINE_ENDS = "\n\r\t"
_PAIRS = ("()", "[]", "{}", "«»")
HIDING = re.compile(
    r"\b(?:obscured?|blurred|pixell?ated|black(?:ed|s)? (?:it |them )?out|redacted|censored"
    r"|(?:was|were|is|are|been|has|have) (?:masked|cut|silenced|muted)"
    r"|(?:cut|silenced|muted) parts)\b",
    re.IGNORECASE,
)


def good_form(caption: Dissection) -> Iterator[Finding]:
    """What is wrong with a caption's form; none of it is a contradiction of facts."""
    if not caption.body:
        yield Finding("empty", "the caption is empty")
    else:
        yield from _form(caption)
    yield from _characters(caption.text)
    yield from _lengths(caption)


def _form(caption: Dissection) -> Iterator[Finding]:
    if not _FINAL.search(caption.body):
        ending = " ".join(caption.body.split()[-4:])
        yield Finding("full-stop", "the last sentence does not end in a full stop", f"…{ending}.")
    for match in _DOUBLED.finditer(caption.line):
        if match[2].islower() and match[2] not in _MAY_DOUBLE:
            yield Finding("doubled-word", f"{match[0]!r} stands twice", match[1])
    if _OTHER_SPACE.search(caption.text) or _NEEDLESS_SPACE.search(caption.text):
        proposal = _NEEDLESS_SPACE.sub("", caption.line)
        yield Finding("spacing", "there are spaces or line ends where none belong", proposal)
    for pair in _unbalanced(caption.line):
        yield Finding("unbalanced", f"the pair {pair} does not open as often as it closes")


def _unbalanced(line: str) -> Iterator[str]:
    for pair in _PAIRS:
        if line.count(pair[0]) != line.count(pair[1]):
            yield pair
    low, left, right = line.count("„"), line.count("“"), line.count("”")
    # Both „…“ and „…” are in use: half of this many left marks must close what a low one opened.
    twice_closing = left - right + low
    if twice_closing % 2 or not 0 <= twice_closing // 2 <= min(low, left):
        yield "“”"
    inches = len(re.findall(r'\d"', line))
    if line.count('"') % 2 and (line.count('"') - inches) % 2:
        yield '""'


def _characters(text: str) -> Iterator[Finding]:
    """Characters that nobody sees, that turn the reading direction, or that are none at all."""
    for character in dict.fromkeys(text):
        if character in _JOINERS or character in _LINE_ENDS:
            continue
        if unicodedata.category(character)[0] == "C" or character == "\ufffd":
            name = unicodedata.name(character, "a control character")
            message = f"the caption holds U+{ord(character):04X} ({name}), which nobody sees or can trust"
            yield Finding("hidden-character", message, "take it out")


def _lengths(caption: Dissection) -> Iterator[Finding]:
    limits, subject = caption.style.limits, caption.subject
    size = _bytes(caption.text)
    if size > limits.caption_bytes:
        message = f"the caption has {size} bytes, IPTC's IIM holds {limits.caption_bytes}"
        yield Finding("caption-length", message, f"cut {size - limits.caption_bytes} bytes")
    credit = credit_line(subject.facts, subject.source, subject.agency)
    size = _bytes(credit)
    if size > limits.credit_bytes:
        message = f"the credit line {credit!r} has {size} bytes, IPTC's IIM holds {limits.credit_bytes}"
        yield Finding("credit-length", message, "give the source a handle, or state a shorter --credit")
    count = sum(not HIDING.search(sentence) for sentence in sentences(caption.body))
    if limits.sentences and count > limits.sentences:
        message = f"the caption has {count} sentences, this style has at most {limits.sentences}"
        yield Finding("sentence-count", message)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
