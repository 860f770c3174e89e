"""``python bench/redaction.py [PART …]``: the figures of redaction, as one table.

Parts: render, following, attack, audit; all where none is named. What is compared runs side by side, in
turn, within the same run, so that the ratios hold on any machine.
"""

import importlib
import sys

PARTS = ("render", "following", "attack", "audit")


def main() -> int:
    """Print each figure as it is measured; 1 where a limit is missed."""
    chosen = sys.argv[1:] or PARTS
    if unknown := [name for name in chosen if name not in PARTS]:
        print(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    missed = 0
    for name in chosen:
        for figure in importlib.import_module(f"redaction_{name}").figures():
            print(figure.line(), flush=True)
            missed += figure.met is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
