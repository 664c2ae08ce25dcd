"""Pictures of the app for the docs, of the demo's clip (NASA's photo, public domain) and of a short training.

python -m benchmarks.screenshots [docs/app] [--run FOLDER]

The home folder of the run is its own, so that no path of this machine is seen.
"""

import argparse
import os
import shutil
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
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    options = parser.parse_args()
    target = options.folder.resolve()
    target.mkdir(parents=True, exist_ok=True)
    run = None if options.run is None else options.run.resolve()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = "1.5"
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "sam"
        os.environ["HOME"] = str(home)
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        (home / "Videos").mkdir(parents=True)
        take(home, target, run, options.theme)


def train(folder: Path) -> Path:
    """Train a small network for a moment; return the run's folder."""
    python = [sys.executable, "-m"]
    subprocess.run([*python, "swahr_training.toy", str(folder / "figures")], check=True)
    settings = [part for setting in TRAINING for part in ("--set", setting)]
    run = folder / "runs" / "figures"
    config = folder / "figures" / "run.yaml"
    subprocess.run([*python, "swahr", "train", str(config), "--run", str(run), *settings], check=True)
    return run


def bring_home(folder: Path, run: Path) -> Path:
    """Copy a run to where its pictures are taken."""
    return Path(shutil.copytree(run, folder / "runs" / run.name))


def take(folder: Path, target: Path, run: Path | None, theme: str) -> None:
    from PyQt6.QtWidgets import QApplication

    from benchmarks.app import wait
    from benchmarks.demo_clip import write_clip
    from swahr_app.run_folder import config_of
    from swahr_app.settings import Settings
    from swahr_app.store import Store
    from swahr_app.window import Window
    from swahr_app.workers.batch import BatchState

    clips = [folder / "Videos" / name for name in ("astronauts.mp4", "street.mp4", "yard.mp4", "gym.mp4")]
    for clip in clips:
        write_clip(clip)
    labels = folder / "figures" / "train.json"
    if run is None:
        run = train(folder)
    else:
        given = Path(config_of(run)["train"][0]["labels"])
        run, labels = bring_home(folder, run), folder / "figures" / given.name
        shutil.copytree(given.parent, folder / "figures")
    data = folder / "data"
    data.mkdir()
    store = Store(data / "settings.ini")
    defaults = Settings()
    store.save(
        replace(
            defaults,
            theme=theme,
            plot=replace(defaults.plot, joint="nose"),
            play=replace(defaults.play, loop=True),
            recent=tuple(map(str, clips[:3])),
        )
    )
    application = QApplication([])
    window = Window(store, data)
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
    state.change(theme="light" if theme == "dark" else "dark")
    state.change_in("style", trails=False, layer="heat")
    wait(application, lambda: False, 3)
    save("light")
    state.change_in("style", layer="none")
    state.change(theme=theme)
    window.actions_.by_name["record"].trigger()
    wait(application, lambda: False, 3)
    save("recording")
    window.actions_.by_name["record"].trigger()
    state.close_requested.emit()
    window.show_page(1)
    window.batch.add([str(clip) for clip in clips])
    window.batch.start.click()
    entries = window.batch.list.entries
    wait(application, lambda: entries[0].state is BatchState.DONE and entries[1].frames > 20, 120)
    save("batch")
    window.batch.start.click()
    wait(application, lambda: window.batch.worker is None, 60)
    window.show_page(2)
    window.training.take_folder(str(run))
    wait(application, lambda: all(not sample.isHidden() for sample in window.training.view.samples), 60)
    save("training")
    window.training.new_run.set_data(labels)
    window.training.new_run.check.click()
    wait(application, lambda: not window.training.check.sheet.isHidden(), 60)
    save("labels")
    window.close()
    window.deleteLater()
    application.processEvents()


if __name__ == "__main__":
    main()
