"""Hints of errors and notes in the words of the command line."""

from swahr import config
from swahr._util.settings import SettingInfo
from swahr.commands.groups import running, turned_off
from swahr.errors import ASK, Hint, Step


def as_option(hint: Hint) -> str:
    """Say a hint as an option to add, to give or to leave out.

    >>> as_option(Hint("overwrite", True)), as_option(Hint("device", "cpu")), as_option(Hint("skeleton"))
    ('add --overwrite', 'use --device cpu', 'give --skeleton')
    >>> as_option(Hint("track", True)), as_option(Hint("track", False)), as_option(Hint("zero_lag", "none"))
    ('leave --no-track out', 'add --no-track', 'leave --zero-lag out')
    """
    if isinstance(hint, Step):
        return str(hint)
    info = _infos().get(hint.setting)
    flag = "--" + hint.setting.replace("_", "-") if info is None else info.flag
    if hint.value is ASK:
        return f"give {flag}"
    if info is not None and info.default is True:
        return f"leave {turned_off(info)} out" if hint.value else f"add {turned_off(info)}"
    if hint.value in (False, None) or (info is not None and hint.value == info.default):
        return f"leave {flag} out"
    if hint.value is True:
        return f"add {flag}"
    value = ",".join(map(str, hint.value)) if isinstance(hint.value, tuple) else hint.value
    return f"use {flag} {value}"


def _infos() -> dict[str, SettingInfo]:
    """Return every setting that has an option, by name; those of the command that runs stand before others."""
    groups = [
        kind for kind in vars(config).values() if isinstance(kind, type) and issubclass(kind, config.Settings)
    ]
    return {info.name: info for group in [*reversed(groups), *running] for info in group.described()}
