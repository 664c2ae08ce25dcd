"""Hints of errors and notes in the words of the command line."""

from functools import cache

from swahr import config
from swahr.errors import ASK, Hint, Step


def as_option(hint: Hint) -> str:
    """Say a hint as an option to add, to give or to leave out.

    >>> as_option(Hint("overwrite", True)), as_option(Hint("device", "cpu")), as_option(Hint("skeleton"))
    ('add --overwrite', 'use --device cpu', 'give --skeleton')
    """
    if isinstance(hint, Step):
        return str(hint)
    flag = _flags().get(hint.setting, "--" + hint.setting.replace("_", "-"))
    if hint.value is ASK:
        return f"give {flag}"
    if hint.value is True:
        return f"add {flag}"
    if hint.value is False or hint.value is None:
        return f"leave {flag} out"
    return f"use {flag} {hint.value}"


@cache
def _flags() -> dict[str, str]:
    groups = [getattr(config, name) for name in config.__all__]
    return {
        info.name: info.flag
        for group in groups
        if isinstance(group, type) and issubclass(group, config.Settings)
        for info in group.described()
    }
