"""``python cli.py …`` from a checkout: the same program as ``footage``."""

from footage.commands import main

if __name__ == "__main__":
    main()
