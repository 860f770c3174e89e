"""``python -m footage``."""

from footage.commands import main

if __name__ == "__main__":
    main()
