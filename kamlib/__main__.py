"""``python -m kamlib`` is the command ``kam``."""

from kamlib.cli import main

if __name__ == "__main__":
    main()
