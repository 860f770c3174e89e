"""What a caption claims was verified, against what was found when it was checked."""

import re
from collections.abc import Iterator

from footage.model.caption import Finding, Weight
from footage.model.dissection import Dissection
from footage.model.english import bare_place, tidy, without_article, without_stop, words_pattern
from footage.model.provenance import About, Standing
from footage.model.wording import in_sentence, verification

VERIFYING = re.compile(
    r"\b(?:(?:un)?verif(?:y|ied|ies)|(?:un)?authenticated|geo-?located|unconfirmed"
    r"|(?:is|was|were|are|be|been|has|have|could not|cannot|not)\s+(?:independently\s+)?confirm(?:ed)?"
    r"|confirmed\s+(?:location|place|date|source|footage|videos?|images?|pictures?|photos?))\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|never|no|unable|cannot|yet to|without|un\w*(?:verified|confirmed|authenticated))\b|n[’']t\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;.]\s|,\s+(?:but|while|though|although|and)\s|$")
_NAMED = {
    About.PLACE: re.compile(r"\b(?:locations?|places?|sites?|scene|where|geo-?located)\b", re.IGNORECASE),
    About.DATE: re.compile(r"\b(?:dates?|days?|when|time)\b", re.IGNORECASE),
    About.SOURCE: re.compile(r"\b(?:sources?|origins?|authenticity|authenticated)\b", re.IGNORECASE),
}
_MATERIAL = re.compile(r"\b(?:footage|videos?|clips?|images?|photos?|pictures?|it)\b", re.IGNORECASE)
_HEDGED = re.compile(
    r"\b(?:said to|claim(?:s|ed)?|alleged(?:ly)?|purported(?:ly)?|reportedly|according to|apparently"
    r"|believed to|contradicted|disputed|what .{1,60}? (?:says?|said|describes?|described))\b",
    re.IGNORECASE,
)
_WORDS = {
    Standing.VERIFIED: "was verified",
    Standing.UNVERIFIED: "was not verified",
    Standing.CONTRADICTED: "was found to be contradicted",
}


def claims_checked(caption: Dissection) -> Iterator[Finding]:
    """Claims that are stronger than what was verified, and what was checked and is not told."""
    told: set[About] = set()
    for start, end in _clauses(caption):
        told.update(_named(caption.body[start:end]) or About)
        yield from _claim(caption, start, end)
    for about, standing in _standings(caption).items():
        if standing is Standing.CONTRADICTED:
            yield from _plain_claim(caption, about)
        elif about not in told and _owed(caption):
            message = f"the caption does not say that the {about} {_WORDS[standing]}"
            yield Finding("verification-missing", message, _owed(caption))


def _clauses(caption: Dissection) -> Iterator[tuple[int, int]]:
    """Where clauses stand that speak of verifying, and not only because a fact says so."""
    start = 0
    for match in _CLAUSE.finditer(caption.body):
        words = [*VERIFYING.finditer(caption.body, start, match.start())]
        if any(caption.weight(*word.span()) is Weight.CONTRADICTION for word in words):
            yield start, match.start()
        start = match.end()


def _claim(caption: Dissection, start: int, end: int) -> Iterator[Finding]:
    clause, standings = caption.body[start:end], _standings(caption)
    denied = bool(_DENIED.search(clause))
    named = _named(clause)
    if not named and not _MATERIAL.search(clause):
        return
    found = [(about, standings.get(about)) for about in named or standings]
    short = [about for about, standing in found if standing not in (None, Standing.VERIFIED)]
    if denied:
        for about, standing in found if named else ():
            if standing is Standing.VERIFIED:
                message = f"the caption says that the {about} is not verified; it was"
                yield Finding("weaker-claim", message, _owed(caption), span=(start, end))
    elif short:
        message = f"the caption claims more than was found: the {short[0]} {_WORDS[standings[short[0]]]}"
        yield Finding("stronger-claim", message, _owed(caption), Weight.CONTRADICTION, (start, end))
    elif not found or any(standing is None for _, standing in found):
        message = "the caption says that something is verified, and nobody has recorded that it was checked"
        about = named[0] if named else About.PLACE
        yield Finding(
            "stronger-claim", message, f'footage checked ASSETS {about} --how "…"', span=(start, end)
        )


def _named(clause: str) -> list[About]:
    return [about for about in About if _NAMED[about].search(clause)]


def _standings(caption: Dissection) -> dict[About, Standing]:
    return {verdict.about: verdict.standing for verdict in caption.subject.verdicts}


def _owed(caption: Dissection) -> str:
    return verification(caption.subject, caption.style)


def _plain_claim(caption: Dissection, about: About) -> Iterator[Finding]:
    """What was found to be contradicted, and stands in the caption as a plain fact."""
    for start, end in _told(caption, about):
        words, rest = caption.body[start:end], caption.body[end:].partition(". ")[0]
        if not _HEDGED.search(caption.body[:start].rpartition(". ")[2] + words + rest):
            message = f"the {about} was found to be contradicted, and the caption states {words!r} as a fact"
            proposal = f"state what is right, or write that it is said to be so ({words})"
            yield Finding("contradicted-claim", message, proposal, Weight.CONTRADICTION, (start, end))
            return


def _told(caption: Dissection, about: About) -> Iterator[tuple[int, int]]:
    """Where the caption tells a place, a date or a source that the facts state."""
    facts = caption.subject.facts
    if about is About.DATE:
        day = facts.shot or (None if facts.undated else facts.released)
        yield from (mention.span for mention in caption.dates if day and mention.agrees(day.day))
        return
    if about is About.PLACE:
        spots = [facts.place, facts.city] if tidy(facts.place) or tidy(facts.city) else [facts.country]
        names = [bare_place(without_stop(tidy(text))) for text in spots]
    else:
        source = caption.subject.source
        names = [in_sentence(source), source.name, source.handle] if source else []
        names = [without_article(tidy(name)) for name in names]
    for name in names:
        if name:
            found = re.finditer(words_pattern(name), caption.body, re.IGNORECASE)
            yield from (match.span() for match in found)
