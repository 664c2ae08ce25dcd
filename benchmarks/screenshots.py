"""Pictures of the app, of the demo's clip (NASA's photo, public domain) and of a short training.

python -m benchmarks.screenshots [docs/app] [--run FOLDER]      those of the docs
python -m benchmarks.screenshots build/screenshots --every      each in both themes, sizes and scales: to be looked at

The home folder of the run is its own, so that no path of this machine is seen.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.camera import LOOKS, Camera
from swahr_app.shell.application import clear_opencv_folders

if TYPE_CHECKING:
    from swahr_app.state.store import Store

SIZE = (1400, 880)
SCALES = ("1", "2")
PARTS = ("empty", "live", "tiles", "batch", "training", "review", "compare", "photos", "dialogs")
DOCS = tuple(part for part in PARTS if part not in ("empty", "dialogs"))
TRAINING = ("input_size=128", "steps=260", "save_every=130", "log_every=10")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/app"))
    parser.add_argument(
        "--run", type=Path, help="a run folder to show; without it a small network is trained"
    )
    parser.add_argument("--theme", choices=("dark", "light"), help="dark unless light")
    parser.add_argument("--only", help="parts of the app, with commas between them: " + ", ".join(PARTS))
    parser.add_argument("--size", help="of the window, such as 900x600")
    parser.add_argument("--scale", help="pixels of the picture in one of the window's: 1.5 unless given")
    parser.add_argument(
        "--every", action="store_true", help="each picture in both themes, two sizes and two scales"
    )
    parser.add_argument("--looks", action="store_true", help="the same at one scale")
    options = parser.parse_args()
    fixed = [f"--{name}" for name in ("theme", "size", "scale") if getattr(options, name) is not None]
    if options.every and fixed:
        parser.error(f"--every takes all themes, sizes and scales: leave out {', '.join(fixed)}")
    options.theme, options.scale = options.theme or "dark", options.scale or "1.5"
    target = options.folder.resolve()
    target.mkdir(parents=True, exist_ok=True)
    run = None if options.run is None else options.run.resolve()
    if options.every:
        take_every(target, run, options.only)
        return
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.scale
    parts = (PARTS if options.looks else DOCS) if options.only is None else tuple(options.only.split(","))
    size = SIZE if options.size is None else tuple(map(int, options.size.split("x")))
    clear_opencv_folders()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "sam"
        os.environ["HOME"] = str(home)
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        (home / "Videos").mkdir(parents=True)
        looks = options.scale if options.looks else ""
        take(home, target, run, options.theme, parts, (size[0], size[1]), looks)


def take_every(target: Path, run: Path | None, only: str | None) -> None:
    """Take all pictures in every look; a scale is that of a whole process, so each has its own."""
    with tempfile.TemporaryDirectory() as folder:
        parts = PARTS if only is None else only.split(",")
        if run is None and "training" in parts:
            run = train(Path(folder))
        python = [sys.executable, "-m", "benchmarks.screenshots", str(target), "--looks"]
        python += [] if run is None else ["--run", str(run)]
        python += [] if only is None else ["--only", only]
        for scale in SCALES:
            subprocess.run([*python, "--scale", scale], check=True)


def train(folder: Path) -> Path:
    """Train a small network for a moment; return the run's folder."""
    python = [sys.executable, "-m"]
    subprocess.run([*python, "swahr_training.toy", str(folder / "figures")], check=True)
    settings = [part for setting in TRAINING for part in ("--set", setting)]
    run = folder / "runs" / "figures"
    config = folder / "figures" / "run.yaml"
    subprocess.run([*python, "swahr", "train", str(config), "--run", str(run), *settings], check=True)
    return run


def take(
    folder: Path,
    target: Path,
    run: Path | None,
    theme: str,
    parts: tuple[str, ...],
    size: tuple[int, int],
    scale: str,
) -> None:
    """Take the pictures of some parts: folder is the home that they show. scale: of all looks, "" for one look."""
    from PyQt6.QtWidgets import QApplication

    from swahr.demo.clip import write_clip
    from swahr_app.shell.window import Window

    clips = [folder / "Videos" / name for name in ("astronauts.mp4", "street.mp4", "yard.mp4", "gym.mp4")]
    for clip in clips:
        write_clip(clip)
    run, labels = prepare_run(folder, run) if "training" in parts else (folder, folder)
    data = folder / "data"
    data.mkdir()
    store = prepare_settings(data, clips, theme)
    application = QApplication([])
    window = Window(store, data)
    window.resize(*size)
    window.show()
    camera = Camera(application, window, target, LOOKS if scale else (), scale)
    takes: dict[str, Callable[[], None]] = {
        "empty": lambda: take_empty(camera),
        "live": lambda: take_live(camera, clips[0], theme),
        "tiles": lambda: take_tiles(camera, clips),
        "batch": lambda: take_batch(camera, clips),
        "training": lambda: take_training(camera, run, labels),
        "review": lambda: take_review(camera, clips[0]),
        "compare": lambda: take_compare(camera, clips[1]),
        "photos": lambda: take_photos(camera, clips[2], folder / "Pictures" / "astronauts"),
        "dialogs": lambda: take_dialogs(camera),
    }
    for part in parts:
        takes[part]()
    window.close()
    window.deleteLater()
    application.processEvents()


def prepare_run(folder: Path, run: Path | None) -> tuple[Path, Path]:
    """Bring a run and its labels to where their pictures are taken, or train one there; return both."""
    from swahr_app.training.run_folder import config_of

    if run is None:
        return train(folder), folder / "figures" / "train.json"
    given = Path(config_of(run)["train"][0]["labels"])
    shutil.copytree(given.parent, folder / "figures")
    return Path(shutil.copytree(run, folder / "runs" / run.name)), folder / "figures" / given.name


def prepare_settings(data: Path, clips: list[Path], theme: str) -> "Store":
    """Save the settings of somebody who has used the app before."""
    from swahr_app.state.settings import AppSettings
    from swahr_app.state.store import Store

    store, defaults = Store(data / "settings.ini"), AppSettings()
    store.save(
        defaults.changed(
            theme=theme,
            plot=defaults.plot.changed(joint="nose"),
            play=defaults.play.changed(loop=True),
            recent=tuple(map(str, clips[:3])),
        )
    )
    return store


def take_empty(camera: Camera) -> None:
    """The pages before anything is opened, and messages over them."""
    from swahr_app.state.facts import Level

    window = camera.window
    camera.wait(lambda: window.state.model is not None, 120)
    for number, name in enumerate(("start", "batch_empty", "training_empty", "review_empty")):
        window.show_page(number)
        camera.save(name)
    window.show_page(0)
    text = "'/home/sam/Videos/gym.mp4' could not be read: it ends in the middle. Is it still being copied?"
    window.state.notify(Level.ERROR, text, Path("/"), "picture")
    camera.save("message")
    window.state.withdraw("picture")


def take_dialogs(camera: Camera) -> None:
    """The dialogs of the help."""
    from swahr_app.shell.dialogs.about import AboutDialog
    from swahr_app.shell.dialogs.log import LogDialog
    from swahr_app.shell.dialogs.shortcuts import ShortcutsDialog

    window = camera.window
    for name, dialog in (
        ("keys", ShortcutsDialog(window.actions_.groups, window)),
        ("about", AboutDialog(window)),
        ("log", LogDialog(window.data / "swahr.log", window)),
    ):
        dialog.show()
        camera.save(name, dialog)
        dialog.close()


def take_live(camera: Camera, clip: Path, theme: str) -> None:
    """The start page, and the live page in both themes and while it records."""
    window, state = camera.window, camera.window.state
    camera.wait(lambda: state.model is not None, 120)
    camera.save("start")
    window.open(str(clip))
    camera.wait(lambda: bool(state.shown and state.shown.poses), 60)
    state.change_in("overlay", trails=True)
    camera.rest(14)  # once through the clip, so that the strip is full
    camera.save("live")
    state.change(theme="light" if theme == "dark" else "dark")
    state.change_in("overlay", trails=False, layer="heatmaps")
    camera.rest(3)
    camera.save("light")
    state.change_in("overlay", layer="none")
    state.change(theme=theme)
    window.actions_.by_name["record"].trigger()
    camera.rest(3)
    camera.save("recording")
    window.actions_.by_name["record"].trigger()
    state.close_requested.emit()


def take_review(camera: Camera, clip: Path) -> None:
    """The review page: a wrist corrected in two frames and filled between; then events, a plot and read-outs."""
    from swahr.document import AddEvent, SetReadouts, SetScale

    page = camera.window.review
    session, act = page.session, {command.name: command.act for command in page.commands}
    camera.window.open_review(str(clip))
    camera.wait(lambda: session.document is not None and not session.filling, 600)
    for frame in (20, 44):
        session.show_frame(frame)
        act["review_person"]() if session.row is None else None
        session.choose(session.place, 9)
        act["review_move_up_far"]()
    session.show_frame(30)
    act["review_interpolate"]()
    session.show_frame(20)
    session.choose(session.place, 9)
    camera.wait(lambda: session.picture is not None and session.picture.index == 20, 20)
    camera.save("review")
    joints = session.document.skeleton.joints if session.document else ()
    arm = [joints.index(f"left_{name}") for name in ("shoulder", "elbow")]
    width = [joints.index(f"{side}_shoulder") for side in ("left", "right")]
    nose = joints.index("nose")
    for number, (frame, name) in enumerate(((20, "looks up"), (44, "turns"), (90, "back again"))):
        session.do(AddEvent(event=number, frame=frame, name=name))
    session.do(SetScale(line=(60, 440, 340, 440), length=0.9))
    session.do(SetReadouts(readouts=((width[0], width[1]), (nose, width[0], arm[1]))))
    session.show_frame(44)
    session.choose(session.place, nose)
    act["review_plot"]()
    camera.wait(lambda: session.movement is not None and bool(session.movement.readouts), 60)
    session.set_mark(0)
    session.show_frame(90)
    session.set_mark(1)
    session.show_frame(60)
    camera.wait(lambda: session.picture is not None and session.picture.index == 60, 20)
    bar = page.side.verticalScrollBar()
    bar.setValue(bar.maximum())
    camera.save("review_measure")
    act["review_values"]()
    camera.save("review_values", page.values)
    act["review_values"]()


def take_tiles(camera: Camera, clips: list[Path]) -> None:
    """Three sources beside each other, recorded."""
    window, state = camera.window, camera.window.state
    window.show_page(0)
    camera.wait(lambda: state.model is not None, 120)
    for number, clip in enumerate(clips[:3]):
        window.open(str(clip), beside=number > 0)
    camera.wait(lambda: all(feed.shown is not None and feed.shown.poses for feed in state.feeds), 120)
    window.actions_.by_name["next_source"].trigger()
    window.actions_.by_name["record"].trigger()
    camera.rest(3)
    camera.save("tiles")
    window.actions_.by_name["record"].trigger()
    while state.feeds:
        state.close_requested.emit()


def take_compare(camera: Camera, clip: Path) -> None:
    """What another network finds, beside what was found before."""
    window, page = camera.window, camera.window.review
    window.open_review(str(clip))
    camera.wait(lambda: page.session.document is not None and not page.session.filling, 600)
    page.compare("coco")
    other = page.comparison.other
    camera.wait(lambda: other.document is not None and not other.filling, 600)
    page.session.show_frame(20)
    camera.wait(lambda: other.picture is not None and other.picture.index == 20, 20)
    camera.save("compare")
    page.comparison.close_other()


def take_photos(camera: Camera, clip: Path, folder: Path) -> None:
    """A folder of photos, which are frames of a clip here."""
    import cv2

    from swahr.video import open_source

    folder.mkdir(parents=True)
    with open_source(str(clip)) as source:
        for frame in source:
            if frame.index % 12 == 0 and frame.image is not None:
                cv2.imwrite(str(folder / f"IMG_{4100 + frame.index}.jpg"), frame.image)
    camera.window.open(str(folder))
    session = camera.window.review.session
    camera.wait(lambda: session.document is not None and not session.filling, 600)
    session.show_frame(2)
    camera.wait(lambda: session.picture is not None and session.picture.index == 2, 20)
    session.choose(0, 9)
    camera.save("photos")


def take_batch(camera: Camera, clips: list[Path]) -> None:
    """The batch page with one video done and one under way."""
    from swahr_app.batch.entry import BatchState

    window, batch = camera.window, camera.window.batch
    window.show_page(1)
    batch.add([str(clip) for clip in clips])
    batch.start.click()
    entries = batch.list.entries
    camera.wait(lambda: entries[0].state is BatchState.DONE and entries[1].frames > 20, 120)
    camera.save("batch")
    batch.start.click()
    camera.wait(lambda: batch.worker is None, 60)


def take_training(camera: Camera, run: Path, labels: Path) -> None:
    """The training page: a run, and labels that were checked."""
    window, training = camera.window, camera.window.training
    window.show_page(2)
    training.take_folder(str(run))
    camera.wait(lambda: all(not sample.isHidden() for sample in training.view.samples), 60)
    camera.save("training")
    training.new_run.set_data(labels)
    training.new_run.check.click()
    camera.wait(lambda: not training.check.sheet.isHidden(), 60)
    camera.save("labels")


if __name__ == "__main__":
    main()
