"""Networks by their names: what lists call them, and how one is chosen."""

from pathlib import Path

from PyQt6.QtCore import QCoreApplication

from swahr_app.state.settings import MAX_OWN_MODELS
from swahr_app.state.state import AppState


def use_model(state: AppState, model: str) -> None:
    """Run a network; a file is remembered in the list."""
    own = state.settings.own_models
    if Path(model).is_absolute() and model not in own:
        state.change(own_models=(model, *own)[:MAX_OWN_MODELS])
    state.change_in("network", model=model)


def label_of(model: str) -> str:
    """Return how a network is called in a list: a run's checkpoint by its run."""
    path = Path(model)
    if model == "default":
        return QCoreApplication.translate("ModelPanel", "Bundled")
    if not path.is_absolute():
        return model
    generic = path.stem in ("best", "last")
    return f"{path.parent.name} ({path.stem})" if generic else path.stem
