"""Writes the file for translators: the texts of the code, those of the settings models and the titles of panels.

`python -m swahr_app.shell.translators` brings translations/swahr.ts up to date.
"""

import ast
import re
from collections.abc import Iterator
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
        # lupdate reads code alone, and of it calls with a text of their own: what models say, and what modules hand to
        # a function for their context, is shown to it as such calls.
        models = Path(folder) / "models.py"
        contexts = [*((CONTEXT, text) for text in texts), *dict.fromkeys(_helped_texts())]
        lines = [f"QCoreApplication.translate({context!r}, {text!r})\n" for context, text in contexts]
        models.write_text("".join(lines), encoding="utf-8")
        lupdate([str(FOLDER.parent), str(models)], [str(path)], no_obsolete=True, no_summary=True)  # type: ignore[no-untyped-call]
    written = path.read_text(encoding="utf-8")
    # Where a text stood for a moment is of no use to anyone.
    path.write_text(re.sub(r'\s*<location filename="[^"]*models\.py"[^>]*/>', "", written), encoding="utf-8")


def _helped_texts() -> Iterator[tuple[str, str]]:
    """Yield context and text of what modules hand to their `_tr`, which names the context."""
    for file in sorted(FOLDER.parent.rglob("*.py")):
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        helper = next((n for n in nodes if isinstance(n, ast.FunctionDef) and n.name == "_tr"), None)
        if helper is None:
            continue
        context = next(_first_text(n) for n in ast.walk(helper) if isinstance(n, ast.Call) and _first_text(n))
        for node in nodes:
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_tr":
                text = _first_text(node)
                if text:
                    yield context, text


def _first_text(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


if __name__ == "__main__":
    write_texts(SOURCE)
