"""`python -m swahr` is the `swahr` command."""

from swahr.cli import main

if __name__ == "__main__":
    main()
