"""Saying what was read of captions and articles, and what became of it."""

from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from footage.actions.read_caption import ReadBack
    from footage.actions.story_read import Accepted
    from footage.commands._session import Session
    from footage.model.article import ReadArticle
    from footage.model.reading import ReadCaption

_LONGEST = 100


def read_input(file: BinaryIO) -> str:
    """The text of a file, or of what is piped in.

    Raises:
        BadInput: it is too large, no text, or holds control characters.
    """
    from footage.formats.prose import LARGEST, read_prose

    name = getattr(file, "name", "<stdin>")
    name = "what is piped in" if name in ("<stdin>", 0) else str(name)
    return read_prose(file.read(LARGEST + 1), name)


def say_read_back(session: "Session", back: "ReadBack") -> None:
    """Print what a caption says beside what is stated, then what was stated of it, in words and as data."""
    from footage.model.typed import fact_text

    several = len({one.asset for one in back.proposed}) > 1
    rows = [
        (
            *((one.asset,) if several else ()),
            one.field.replace("_", "-"),
            fact_text(one.read),
            "the same" if one.stated == one.read else fact_text(one.stated),
            "a person's word stands" if one.kept else "",
        )
        for one in back.proposed
    ]
    session.table([*(["asset"] if several else []), "fact", "the caption says", "stated", ""], rows)
    for source in back.read.new_sources:
        session.note(f"a source that is not known yet: {_source_words(source)}")
    for sentence in back.read.unread:
        session.note(f"nothing was read of: {sentence}")
    for remark in back.remarks:
        session.note(remark)
    if back.outcome is None:
        session.note("nothing is stated yet: add --accept to state it")
    else:
        session.say(f"changed: {', '.join(map(str, back.outcome.numbers)) or 'nothing'}")
    session.document(read_back_document(back))


def read_back_document(back: "ReadBack") -> dict[str, Any]:
    """The same as data."""
    from footage.commands._documents import facts_document

    return {
        **caption_document(back.read),
        "remarks": list(back.remarks),
        "proposals": [
            {
                "asset": one.asset,
                "field": one.field.replace("_", "-"),
                "read": facts_document(back.read.facts)[one.field.replace("_", "-")],
                "kept": one.kept,
            }
            for one in back.proposed
        ],
        "changed": None if back.outcome is None else list(back.outcome.numbers),
    }


def caption_document(read: "ReadCaption") -> dict[str, Any]:
    """What was read of one caption, as data."""
    from footage.commands._documents import facts_document, source_document

    subject = read.subject
    return {
        "text": read.text,
        "style": read.style or None,
        "exact": read.exact,
        "kind": "grab" if subject.grab else subject.kind.value,
        "facts": facts_document(read.facts),
        "new_sources": [source_document(source) for source in read.new_sources],
        "unread": list(read.unread),
        "remarks": list(read.remarks),
    }


def say_article(session: "Session", article: "ReadArticle") -> None:
    """Print what an article says, each thing with where it stands."""
    rows = [(one.field, one.value, one.line, _cut(one.words)) for one in article.proposals]
    session.table(["what", "read", "line", "where it says"], rows)
    for remark in article.remarks:
        session.note(remark)
    if article.standing:
        session.note('paragraphs that will be wanted again are kept with footage text add KEY "TEXT"')


def say_accepted(session: "Session", accepted: "Accepted") -> None:
    """Print what became of an article."""
    session.say(f"story {accepted.story.slug}: {', '.join(accepted.changed.differing()) or 'nothing new'}")
    for source in accepted.sources:
        session.say(f"source {_source_words(source)}")
        if source.stub:
            session.note(f"its long name is not known: footage source set {source.key} --name LONG")
    for name in accepted.kept:
        session.note(f"what was stated of {name.replace('_', '-')} before stands")
    if accepted.replaced:
        session.note("the text that stood there was replaced; footage undo takes this back")


def article_document(article: "ReadArticle", accepted: "Accepted | None") -> dict[str, Any]:
    """What was read of an article and what became of it, as data."""
    from footage.commands._documents import facts_document, source_document

    return {
        "facts": facts_document(article.facts),
        "captions": [caption_document(read) for read in article.captions],
        "new_sources": [source_document(source) for source in article.new_sources],
        "filled_sources": [source_document(source) for source in article.filled],
        "standing": [
            {"text": one.text, "line": one.line, "as_of": one.as_of.isoformat() if one.as_of else None}
            for one in article.standing
        ],
        "masks": [
            {
                "line": one.line,
                "words": one.words,
                "treatment": one.treatment,
                "reasons": list(one.reasons),
                "partial": one.partial,
            }
            for one in article.masks
        ],
        "proposals": [
            {"field": p.field, "value": p.value, "line": p.line, "words": p.words} for p in article.proposals
        ],
        "remarks": list(article.remarks),
        "story": accepted.story.slug if accepted else None,
    }


def _source_words(source: Any) -> str:
    told = ", ".join(filter(None, (source.handle, source.in_caption, source.name)))
    return f"{source.key}: {told}"


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 2].rstrip()} …"
