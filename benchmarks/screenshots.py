"""Pictures of the app for the docs, of the demo's clip (NASA's photo, public domain) and of a short training.

python -m benchmarks.screenshots [docs/app] [--run FOLDER]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from swahr_app.application import clear_opencv_folders

SIZE = (1400, 880)
QUALITY = 88
TRAINING = ("input_size=128", "steps=260", "save_every=130", "log_every=10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/app"))
    parser.add_argument(
        "--run", type=Path, help="a run folder to show; without it a small network is trained"
    )
    options = parser.parse_args()
    target = options.folder
    target.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = "1.5"
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        take(Path(folder), target, options.run)


def train(folder: Path) -> Path:
    """Train a small network for a moment; return the run's folder."""
    python = [sys.executable, "-m"]
    subprocess.run([*python, "swahr_training.toy", str(folder / "figures")], check=True)
    settings = [part for setting in TRAINING for part in ("--set", setting)]
    run = folder / "figures_first"
    config = folder / "figures" / "run.yaml"
    subprocess.run([*python, "swahr", "train", str(config), "--run", str(run), *settings], check=True)
    return run


def take(folder: Path, target: Path, run: Path | None) -> None:
    from PyQt6.QtWidgets import QApplication

    from benchmarks.app import wait
    from benchmarks.demo_clip import write_clip
    from swahr_app.settings import Settings
    from swahr_app.store import Store
    from swahr_app.window import Window

    clips = [folder / name for name in ("astronauts.mp4", "morning.mp4", "evening.mp4")]
    for clip in clips:
        write_clip(clip)
    run = run or train(folder)
    store = Store(folder / "settings.ini")
    defaults = Settings()
    store.save(
        replace(
            defaults,
            theme="dark",
            play=replace(defaults.play, loop=True),
            record=replace(defaults.record, folder=str(folder)),
        )
    )
    application = QApplication([])
    window = Window(store, folder)
    window.resize(*SIZE)
    window.show()
    state = window.state

    def save(name: str) -> None:
        wait(application, lambda: False, 0.5)
        path = target / f"{name}.jpg"
        window.grab().save(str(path), quality=QUALITY)
        print(path)

    wait(application, lambda: state.model is not None, 120)
    save("start")
    window.open(str(clips[0]))
    wait(application, lambda: bool(state.shown and state.shown.poses), 60)
    state.change_in("style", trails=True)
    wait(application, lambda: False, 14)  # once through the clip, so that the strip is full
    save("live")
    state.change(theme="light")
    state.change_in("style", layer="heat")
    wait(application, lambda: False, 3)
    save("light")
    state.change_in("style", layer="none")
    state.change(theme="dark")
    window.actions_.by_name["record"].trigger()
    wait(application, lambda: False, 3)
    save("recording")
    window.actions_.by_name["record"].trigger()
    state.close_requested.emit()
    window.show_page(1)
    window.batch.add([str(clip) for clip in clips])
    begin = getattr(window.batch, "start", None)
    if begin is not None:
        begin.click() if hasattr(begin, "click") else begin()
    wait(application, lambda: False, 12)
    save("batch")
    window.show_page(2)
    window.training.take_folder(str(run))
    wait(application, lambda: False, 4)
    save("training")
    window.close()
    window.deleteLater()
    application.processEvents()


if __name__ == "__main__":
    main()
