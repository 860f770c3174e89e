"""Good form in captions, whatever the facts: full stops, spaces, pairs, doubled words, lengths."""

import re
import unicodedata
from collections.abc import Iterator

from footage.model.asset import Kind
from footage.model.caption import Finding, Meter, Subject
from footage.model.dissection import Dissection
from footage.model.english import sentences, tidy
from footage.model.style import Style
from footage.model.template import STOPPED
from footage.model.verifying import VERIFYING
from footage.model.wording import credit_line

_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+)\s+(\1)(?![\w'’-])", re.IGNORECASE)
_MAY_DOUBLE = ("had", "that")
_NEEDLESS_SPACE = re.compile(r"(?<=\() | (?=[,.;:!?)](?![\w.]))| (?=/)|(?<=/) ")
_OTHER_SPACE = re.compile(r"[^\S \u00a0\u202f]|  |^ | $")
_JOINERS = "\u200c\u200d"
_LINE_ENDS = "\n\r\t"
_PAIRS = ("()", "[]", "{}", "«»")
_IIM_BYTES = {"headline": 256, "place": 32, "city": 32, "state": 32, "country": 64, "creator": 32}
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
    yield from _characters(caption)
    yield from _lengths(caption)


def _form(caption: Dissection) -> Iterator[Finding]:
    if not STOPPED.search(caption.body):
        ending = " ".join(caption.body.split()[-4:])
        span = (len(caption.body) - len(ending), len(caption.body))
        message = "the last sentence does not end in a full stop"
        yield Finding("full-stop", message, f"…{ending}.", span=span)
    for match in _DOUBLED.finditer(caption.line):
        if match[2].islower() and match[2] not in _MAY_DOUBLE:
            yield Finding("doubled-word", f"{match[1]!r} stands twice", match[1], span=match.span())
    needless = _NEEDLESS_SPACE.search(caption.body if caption.ends_as_owed else caption.line)
    if needless or _OTHER_SPACE.search(caption.text):
        proposal = _NEEDLESS_SPACE.sub("", caption.line)
        message = "there are spaces or line ends where none belong"
        yield Finding("spacing", message, proposal, span=needless.span() if needless else None)
    for pair in _unbalanced(caption.line):
        at = max(caption.line.rfind(sign) for sign in pair)
        message = f"the pair {pair} does not open as often as it closes"
        yield Finding("unbalanced", message, span=(at, at + 1))


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


def _characters(caption: Dissection) -> Iterator[Finding]:
    """Characters that nobody sees, that turn the reading direction, or that are none at all."""
    for character in dict.fromkeys(caption.text):
        if character in _JOINERS or character in _LINE_ENDS:
            continue
        if unicodedata.category(character)[0] == "C" or character == "\ufffd":
            name = unicodedata.name(character, "a control character")
            message = f"the caption holds U+{ord(character):04X} ({name}), which nobody sees or can trust"
            at = caption.line.find(character)
            span = (at, at + 1) if at >= 0 else None
            yield Finding("hidden-character", message, "take it out", span=span)


def meter(text: str, subject: Subject, style: Style) -> Meter:
    """How many bytes a caption and its credit line take, of those that IPTC's IIM holds."""
    credit = credit_line(subject.facts, subject.source, subject.agency)
    limits = style.limits
    return Meter(_bytes(text), limits.caption_bytes, _bytes(credit), limits.credit_bytes)


def _lengths(caption: Dissection) -> Iterator[Finding]:
    limits, subject = caption.style.limits, caption.subject
    measured = meter(caption.text, subject, caption.style)
    if measured.caption > limits.caption_bytes:
        message = f"the caption has {measured.caption} bytes, IPTC's IIM holds {limits.caption_bytes}"
        yield Finding("caption-length", message, f"cut {measured.caption - limits.caption_bytes} bytes")
    if measured.credit > limits.credit_bytes:
        credit = credit_line(subject.facts, subject.source, subject.agency)
        message = (
            f"the credit line {credit!r} has {measured.credit} bytes, IPTC's IIM holds {limits.credit_bytes}"
        )
        yield Finding("credit-length", message, "give the source a handle, or state a shorter --credit")
    if subject.kind is Kind.STILL:
        yield from _field_lengths(subject)
    told = sentences(caption.body)
    count = sum(not HIDING.search(sentence) and not VERIFYING.search(sentence) for sentence in told)
    if limits.sentences and count > limits.sentences:
        message = f"the caption has {count} sentences, this style has at most {limits.sentences}"
        yield Finding("sentence-count", message)


def _field_lengths(subject: Subject) -> Iterator[Finding]:
    """Facts that a still's IIM cannot hold whole."""
    for name, limit in _IIM_BYTES.items():
        text = tidy(getattr(subject.facts, name))
        if _bytes(text) > limit:
            message = f"the {name} has {_bytes(text)} bytes, IPTC's IIM holds {limit}"
            yield Finding("field-length", message, f"--{name} in {limit} bytes")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
