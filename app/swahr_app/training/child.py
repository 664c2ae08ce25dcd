"""The `swahr` command as a process of the window: its errors say what to do there.

`python -m swahr_app.training.child train run.yaml` is `swahr train run.yaml` otherwise.
"""

from swahr.commands.main import main
from swahr_app.state.texts import worded

if __name__ == "__main__":
    main(worded)
