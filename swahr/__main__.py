"""`python -m swahr` is the `swahr` command."""

from swahr.commands.main import main

if __name__ == "__main__":
    main()
