"""What ``--json`` says of where footage came from and of what was checked."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from footage.actions.provenance import Provenance
    from footage.model.provenance import Verdict


def provenance_document(one: "Provenance") -> dict[str, Any]:
    """A chain of hands, and how the desk writes it."""
    from footage.model.moment import moment_text
    from footage.model.source import Source, in_full

    chain = [
        {
            "deed": link.deed.value,
            "party": link.party,
            "name": in_full(one.sources.get(link.party) or Source(link.party)),
            "on": moment_text(link.on) if link.on else None,
            "statement": link.statement or None,
        }
        for link in one.chain
    ]
    return {"chain": chain, "recorded": bool(one.recorded), "sentences": list(one.sentences)}


def verdict_document(verdict: "Verdict") -> dict[str, Any]:
    """What a check found."""
    return {
        "about": verdict.about.value,
        "standing": verdict.standing.value,
        "how": verdict.how or None,
        "fact": verdict.fact or None,
        "actor": verdict.actor,
        "at": verdict.at,
    }
