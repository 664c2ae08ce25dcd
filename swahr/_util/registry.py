"""Doors: named things of one kind, to which other packages add theirs.

A package is known by the entry point group `swahr.plugins`: the modules that it names are imported when a door is
first asked, and register what they bring. One that cannot be imported is left out with a warning.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pkgutil import iter_modules
from threading import get_ident
from typing import Generic, TypeVar, cast

from swahr._util.alike import alike
from swahr.errors import SettingError, SwahrError, first_line

T = TypeVar("T")
M = TypeVar("M")

PLUGINS = "swahr.plugins"
_loaded = False
_deferred = False
_failures: dict[str, SwahrError] = {}
# Threads that load plugins. No lock: a module that a plugin imports may wait for another thread, which asks a door.
_loading: set[int] = set()

log = logging.getLogger(__name__)


def require_complete(kind: str, thing: object) -> None:
    """Raise SettingError for a class that lacks methods of its base; anything else is complete."""
    if isinstance(thing, type) and (lacks := sorted(getattr(thing, "__abstractmethods__", ()))):
        raise SettingError(
            f"{kind} {thing.__module__}.{thing.__name__} lacks {', '.join(lacks)}; define them"
        )


class Registry(Generic[T]):
    """Things of one kind by name, in the order of their names, whichever module was imported first.

    kind: what they are called in messages, such as "format". own: the modules that register our own, imported before
    the first look at all of them; who asks for one by the name of its module waits for that one alone.
    """

    def __init__(self, kind: str, own: "Modules | None" = None) -> None:
        self.kind = kind
        self._own = own
        self._things: dict[str, T] = {}
        self._loading: set[int] = set()  # threads

    def register(self, name: str, thing: T) -> T:
        """Add a thing. Raises SettingError for a name that is taken by another, and for a class that lacks methods."""
        require_complete(self.kind, thing)
        known = self._things.setdefault(name, thing)
        if known is not thing:
            raise SettingError(f"there is a {self.kind} {name} already, {known!r}; choose another name")
        return thing

    def adding(self, name: str) -> Callable[[M], M]:
        """Return the decorator that registers what it is put on; see `register`."""

        def add(thing: M) -> M:
            self.register(name, cast("T", thing))
            return thing

        return add

    def remove(self, name: str) -> None:
        """Take a thing out again."""
        del self._things[name]

    def find(self, name: str) -> T:
        """Return a thing. Raises SettingError that names all there are."""
        if name not in self:
            near = alike(name, self.names())
            meant = f"; did you mean {near}?" if near else ""
            raise SettingError(f"{self.kind} is {name!r}; expected one of {', '.join(self.names())}{meant}")
        return self._things[name]

    def names(self) -> tuple[str, ...]:
        """Return all names."""
        self._load()
        return tuple(sorted(self._things))

    def __iter__(self) -> Iterator[T]:
        self._load()
        return iter([self._things[name] for name in self.names()])

    def __contains__(self, name: object) -> bool:
        if name not in self._things and (own := self._own) is not None:
            own.load(only=name)
        if name not in self._things:
            self._load()
        elif not _deferred:
            load_plugins()
        return name in self._things

    def _load(self) -> None:
        # Until all are there, each thread that asks imports them, or waits for the one that does; a module of ours
        # that asks while it is imported gets what there is.
        if (own := self._own) is not None and (thread := get_ident()) not in self._loading:
            self._loading.add(thread)
            try:
                own.load()
                self._own = None
            finally:
                self._loading.discard(thread)
        if not _deferred:
            load_plugins()


class Modules:
    """The modules of some packages in which a registry's own things stand: a new one is found by itself."""

    def __init__(self, *packages: str) -> None:
        self._packages = packages

    def load(self, only: object = None) -> None:
        """Import all of them, or the one whose name is `only`, if there is one."""
        for package in self._packages:
            for module in iter_modules(import_module(package).__path__):
                if only is None or module.name == only:
                    import_module(f"{package}.{module.name}")


def defer_plugins() -> None:
    """Leave out what other packages bring until `load_plugins` is called: a window shall not wait for them."""
    global _deferred
    _deferred = not _loaded


def load_plugins() -> tuple[SwahrError, ...]:
    """Import what other packages bring, once.

    Returns:
        An error for each plugin that could not be imported; all others are there.
    """
    global _loaded, _deferred
    if not _loaded and (thread := get_ident()) not in _loading:
        _loading.add(thread)
        _deferred = False
        try:
            for plugin in entry_points(group=PLUGINS):
                _load_plugin(plugin)
            _loaded = True
        finally:
            _loading.discard(thread)
    return tuple(_failures.values())


def _load_plugin(plugin: EntryPoint) -> None:
    try:
        plugin.load()
    except (Exception, SystemExit) as error:  # whatever is wrong with it, all else works without it
        if plugin.value in _failures:
            return
        said = (
            f"the plugin {plugin.value} of {package_of(plugin)} cannot be loaded: "
            f"{type(error).__name__}: {first_line(error)}{_place(error, plugin)}"
        )
        log.warning("%s", said)  # a line: whoever runs a command need not have written the plugin
        log.debug("the plugin %s", plugin.value, exc_info=error)
        _failures[plugin.value] = SwahrError(said)


def package_of(plugin: EntryPoint) -> str:
    """Return the name and version of the package that a plugin belongs to."""
    return f"{plugin.dist.name} {plugin.dist.version}" if plugin.dist else "an unknown package"


def _place(error: BaseException, plugin: EntryPoint) -> str:
    """Return where the error left the plugin's own code, or nothing where none of it ran."""
    package = plugin.module.partition(".")[0]
    places = [
        f" ({frame.f_code.co_filename}, line {line})"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__")).partition(".")[0] == package
    ]
    return places[-1] if places else ""
