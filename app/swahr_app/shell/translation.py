"""The window in another language: files of translations, chosen by the desktop's language.

The sources of the strings are in translations/swahr.ts; see `swahr_app.shell.translators`.
"""

import logging
from pathlib import Path
from xml.etree import ElementTree

from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

log = logging.getLogger(__name__)

FOLDER = Path(__file__).parents[1] / "translations"


class TextTranslator(QTranslator):
    """Translates by a .ts file as translators keep it, so that none of Qt's compilers is needed.

    Args:
        path: The .ts file.
        parent: Keeps the translator.

    Raises:
        ValueError: The file is no such XML.
        OSError: It cannot be read.
    """

    def __init__(self, path: Path, parent: QCoreApplication | None = None) -> None:
        super().__init__(parent)
        self._texts: dict[tuple[str, str], str] = {}
        try:
            root = ElementTree.fromstring(path.read_bytes())
        except ElementTree.ParseError as error:
            raise ValueError(f"{path} is not a .ts file ({error})") from error
        for context in root.iter("context"):
            for message in context.iter("message"):
                found = message.find("translation")
                if found is not None and found.text and found.get("type") not in ("vanished", "obsolete"):
                    key = (context.findtext("name", ""), message.findtext("source", ""))
                    self._texts[key] = found.text

    def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
        """Return whether nothing is translated."""
        return not self._texts

    def translate(
        self,
        context: str | None,
        text: str | None,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        """Return a text in the other language; "" where it is not translated, and stays English."""
        return self._texts.get((context or "", text or ""), "")


def install_translations(
    application: QCoreApplication, folders: list[Path], languages: list[str] | None = None
) -> list[QTranslator]:
    """Let the application speak the first language that there is a file for; return what was installed.

    Args:
        application: Speaks.
        folders: Are searched for swahr_LANGUAGE.qm and swahr_LANGUAGE.ts, such as swahr_de.ts.
        languages: Such as "de" or "pt_BR", in order; None: those of the desktop. English needs no file.
    """
    wanted = QLocale.system().uiLanguages() if languages is None else languages
    for language in _shortened(wanted):
        if language.partition("_")[0] == "en":
            return []
        found = next((made for folder in folders if (made := _load(folder, language))), None)
        if found is not None:
            installed = [found]
            ours = QTranslator()  # the buttons of Qt's own dialogs
            if ours.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
                installed.append(ours)
            for translator in installed:
                translator.setParent(application)
                application.installTranslator(translator)
            return installed
    return []


def _shortened(languages: list[str]) -> list[str]:
    """Return languages, each followed by the one that it is a form of: pt_BR, pt."""
    found: list[str] = []
    for language in languages:
        parts = language.replace("-", "_").split("_")
        found += ["_".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return list(dict.fromkeys(found))


def _load(folder: Path, language: str) -> QTranslator | None:
    compiled = QTranslator()
    path = folder / f"swahr_{language}.qm"
    if path.is_file() and compiled.load(str(path)):
        return compiled
    path = folder / f"swahr_{language}.ts"
    if path.is_file():
        try:
            return TextTranslator(path)
        except (OSError, ValueError) as error:
            log.warning("%s cannot be used: %s", path, error)
    return None
