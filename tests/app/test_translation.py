"""Every text of the window can be translated, and a translation is taken up."""

import re
from xml.etree import ElementTree

import pytest
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QTableWidget, QWidget

from swahr.formats import FORMATS
from swahr.inference.backends import BACKENDS
from swahr.pose.skeleton import COCO_17
from swahr_app.live.panels.overlay import joint_label
from swahr_app.shell.translation import TextTranslator, install_translations
from swahr_app.shell.translators import SOURCE, write_texts

# What is the same in all languages: names, figures, units, addresses.
NAMES = {
    "Swahr", "", "–", "/", "rtsp://user:password@192.168.1.20/stream1", "runs/first", "default",
    *map(joint_label, COCO_17.joints),
}  # fmt: skip
FIGURES = re.compile(r"[\d.:,/×% ]+|cpu|crowd( · cpu)?|clip\.mp4|[/…].*")


def messages(path):
    root = ElementTree.fromstring(path.read_bytes())
    return {
        (context.findtext("name"), message.findtext("source"))
        for context in root.iter("context")
        for message in context.iter("message")
    }


@pytest.fixture
def marked(tmp_path):
    """A translation that puts every text in angle quotes."""
    root = ElementTree.fromstring(SOURCE.read_bytes())
    for message in root.iter("message"):
        translation = message.find("translation")
        translation.text = "\n".join(f"«{line}»" for line in message.findtext("source").splitlines())
        translation.attrib.clear()
    path = tmp_path / "swahr_de.ts"
    ElementTree.ElementTree(root).write(path, encoding="utf-8")
    return path


@pytest.fixture
def german(qapp, marked):
    installed = install_translations(qapp, [marked.parent], ["de_DE", "en"])
    assert isinstance(installed[0], TextTranslator)
    yield installed
    for translator in installed:
        qapp.removeTranslator(translator)
        translator.deleteLater()


def test_the_file_for_translators_has_the_texts_of_code_and_settings(tmp_path):
    path = tmp_path / "new.ts"
    write_texts(path)
    assert messages(path) == messages(SOURCE)


def test_every_text_of_the_window_is_translated(german, playing, tmp_path):
    playing.batch.add([str(tmp_path / "clip.mp4")])
    texts = set()
    for widget in [playing, *playing.findChildren(QWidget)]:
        texts |= {widget.toolTip(), widget.accessibleName()}
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit):
            texts.add(widget.text())
        if isinstance(widget, QComboBox):
            texts |= {widget.itemText(i) for i in range(widget.count())}
        if isinstance(widget, QTableWidget):
            texts |= {widget.horizontalHeaderItem(i).text() for i in range(widget.columnCount())}
    formats = {
        action
        for group in ("record", "batch")
        for action in _formats(playing, group).actions_by_name.values()
    }
    texts |= {action.text() for action in playing.findChildren(QAction) if action not in formats}
    plain = {re.sub(r"<[^>]*>|&nbsp;|●", " ", text).strip() for text in texts}
    english = {
        text
        for text in plain - NAMES - {*FORMATS.names(), *BACKENDS.names()}
        if not FIGURES.fullmatch(text) and "«" not in text
    }
    assert not english


def _formats(window, group):
    return window.live.side.panels["record"].formats if group == "record" else window.batch.formats


def test_what_workers_notify_is_translated(german, playing, qtbot):
    messages = []
    playing.state.notified.connect(messages.append)
    playing.state.change_in("record", overlay=False, raw=False, formats=())
    playing.header.record.click()
    qtbot.waitUntil(lambda: bool(messages), timeout=10_000)
    assert messages[0].text.startswith("«")


def test_a_language_without_a_file_stays_english(qapp, marked, tmp_path):
    assert install_translations(qapp, [tmp_path], ["fr"]) == []
    assert install_translations(qapp, [tmp_path], ["en_GB", "de"]) == []
    (tmp_path / "swahr_it.ts").write_text("no XML")
    assert install_translations(qapp, [tmp_path], ["it"]) == []
    assert QCoreApplication.translate("Header", "Batch") == "Batch"


def test_texts_that_are_not_translated_yet_stay_english(tmp_path):
    path = tmp_path / "swahr_de.ts"
    path.write_text(
        "<TS><context><name>Header</name>"
        "<message><source>Live</source><translation>Direkt</translation></message>"
        '<message><source>Batch</source><translation type="unfinished"/></message></context></TS>'
    )
    translator = TextTranslator(path)
    assert translator.translate("Header", "Live") == "Direkt"
    assert translator.translate("Header", "Batch") == ""
    assert not translator.isEmpty()


@pytest.mark.parametrize(
    "text",
    [
        ("Said", "Taken back: {}."),
        ("Said", "From frame {} on, id {} is id {}"),
        ("Hand", "No gap follows."),
        ("Review", "Next doubtful frame"),
    ],
)
def test_texts_that_a_module_hands_to_a_function_for_their_context_are_there(text):
    assert text in messages(SOURCE)
