"""Writes the file for translators: the texts of the code, those of the settings models and the titles of panels.

`python -m swahr_app.shell.translators` brings translations/swahr.ts up to date.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from PyQt6.lupdate.lupdate import lupdate

from swahr_app.panels import PANELS
from swahr_app.shell.translation import FOLDER
from swahr_app.state.texts import CONTEXT, model_texts

SOURCE = FOLDER / "swahr.ts"


def write_texts(path: Path) -> None:
    """Write all texts to a .ts file; translations that it holds stay, texts that are gone go.

    Args:
        path: Is made where it is not there.
    """
    texts = dict.fromkeys([*model_texts(), *(entry.title for entry in PANELS if entry.title)])
    with TemporaryDirectory() as folder:
        # lupdate reads code alone, so what the models say is shown to it as code.
        models = Path(folder) / "models.py"
        lines = [f"QCoreApplication.translate({CONTEXT!r}, {text!r})\n" for text in texts]
        models.write_text("".join(lines), encoding="utf-8")
        lupdate([str(FOLDER.parent), str(models)], [str(path)], no_obsolete=True, no_summary=True)  # type: ignore[no-untyped-call]
    written = path.read_text(encoding="utf-8")
    # Where a text stood for a moment is of no use to anyone.
    path.write_text(re.sub(r'\s*<location filename="[^"]*models\.py"[^>]*/>', "", written), encoding="utf-8")


if __name__ == "__main__":
    write_texts(SOURCE)
