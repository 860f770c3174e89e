"""Door 1: the command line. One module a verb; modules that begin with an underscore serve them all."""


def main() -> None:
    """Run ``footage`` on this process's arguments and exit with its code."""
    import sys

    from footage.commands._door import run

    sys.exit(run(sys.argv[1:]))
