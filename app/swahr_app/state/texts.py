"""The library's texts in the window: settings by their labels, errors with what would help, in the user's language.

`model_texts` lists what `swahr.config` and our own groups say, so that translators get it beside the texts of the code.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from PyQt6.QtCore import QCoreApplication

from swahr import config
from swahr.config import SettingInfo, Settings
from swahr.errors import ASK, Hint, ResumeError, Step, SwahrError
from swahr_app.state import settings as own

CONTEXT = "Settings"  # of translations of what the models say


def in_language(text: str) -> str:
    """Return a text of a settings model in the language of the window."""
    return QCoreApplication.translate(CONTEXT, text) if text else ""


def info_of(group: Settings, name: str) -> SettingInfo:
    """Return what is known of a field.

    Args:
        group: The group that holds it.
        name: Of the field.

    Raises:
        KeyError: Where the group has no such field.
    """
    return {info.name: info for info in group.described()}[name]


def choice_text(info: SettingInfo, value: Any) -> str:
    """Return how one of a field's choices is shown: "Heatmaps", "90 °"."""
    if isinstance(value, str):
        return in_language(_choice_word(value))
    return f"{value:g} {in_language(info.unit)}".strip()


def _choice_word(value: str) -> str:
    return value.replace("_", " ").capitalize()


def unset_text(info: SettingInfo) -> str:
    """Return what is shown for None, such as "The model's own"."""
    return in_language(_first_capital(info.unset or "none"))


def _first_capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def suffix_of(info: SettingInfo) -> str:
    """Return what stands behind a number: " px", "°"."""
    unit = in_language(info.unit)
    return unit if unit in ("", "°") else f" {unit}"


def groups() -> tuple[type[Settings], ...]:
    """Return all groups of settings: the library's and ours."""
    found = [
        kind
        for module in (config, own)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Settings) and kind not in (Settings, own.AppSettings)
    ]
    return tuple(dict.fromkeys(found))


def model_texts() -> Iterator[str]:
    """Yield every text of the settings models that a window may show, each once."""
    yield from dict.fromkeys(text for kind in groups() for info in kind.described() for text in _texts(info))


def _texts(info: SettingInfo) -> Iterator[str]:
    yield info.label
    yield info.help
    if info.unit:
        yield info.unit
    if info.optional:
        yield _first_capital(info.unset or "none")
    yield from (_choice_word(value) for value in info.choices if isinstance(value, str))


def worded(error: SwahrError) -> str:
    """Return an error as a line of the window: what happened, and what to do here, by the names of the controls."""
    anew = isinstance(error, ResumeError)
    return error.worded(lambda hint: word(hint, anew))


def word(hint: Hint, anew: bool = False) -> str:
    """Return a hint as what to do in the window.

    Args:
        hint: A setting and the value that would help, or a command.
        anew: It comes from a run that cannot be resumed.
    """
    translate = QCoreApplication.translate
    if isinstance(hint, Step):
        return translate("Hints", "run `{}` in a terminal").format(hint.command)
    if hint.setting == "overwrite" and hint.value is True and anew:
        return translate("Hints", "choose “Start anew”")
    if hint.setting == "resume":
        return translate("Hints", "choose “Resume”")
    label = label_of_setting(hint.setting)
    if hint.value is ASK:
        return translate("Hints", "choose “{}”").format(label)
    if hint.value is True:
        return translate("Hints", "turn on “{}”").format(label)
    if hint.value is False:
        return translate("Hints", "turn off “{}”").format(label)
    if hint.value is None:
        return translate("Hints", "leave “{}” as it is").format(label)
    info = _known_infos().get(hint.setting)
    choice = info is not None and hint.value in info.choices
    value = choice_text(info, hint.value) if info is not None and choice else hint.value
    return translate("Hints", "set “{}” to {}").format(label, value)


def label_of_setting(name: str) -> str:
    """Return what the window calls a setting, whichever group it is of."""
    info = _known_infos().get(name)
    return _choice_word(name) if info is None else in_language(info.label)


@cache
def _known_infos() -> dict[str, SettingInfo]:
    """Return all settings by name; of those in several groups, the first."""
    infos = [info for kind in groups() for info in kind.described()]
    return {info.name: info for info in reversed(infos)}
