"""SWAHR HigherHRNet: multi-person 2D pose, bottom-up, as a library, a command and a desktop app.

The public names are those of `__init__.pyi`; each is imported when it is first asked for, so that `import swahr` and
the command's help are quick.
"""

import importlib

try:
    import lazy_loader
except ModuleNotFoundError as error:
    raise ImportError(
        f"{__path__[0]} is swahr's source folder, and nothing that it needs is installed: `pip install -e .` in the "
        "folder above"
    ) from error

__version__ = "0.1.0"

_attach, _, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]


def __getattr__(name: str) -> object:
    if name == "_native":  # asked for before it is imported, and not there
        try:
            return importlib.import_module("swahr._native")
        except ModuleNotFoundError as error:
            raise ImportError(
                f"{__path__[0]} is swahr's source folder, and its native part was not built there: run Python in "
                "another folder, or `pip install -e .` in that one"
            ) from error
    return _attach(name)


def __dir__() -> list[str]:
    return __all__.copy()
