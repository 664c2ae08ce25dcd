"""Packages as others would install them, made of the code on a door's page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from swahr_training.toy import write_clip, write_split

DOCS = Path(__file__).parents[2] / "docs" / "doors"


class Plugin:
    """A module and what makes it a plugin, in a folder that processes find packages in."""

    def __init__(self, folder, name, page):
        text = (DOCS / page).read_text(encoding="utf-8")
        self.code, self.settings = (
            re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1] for language in ("python", "yaml")
        )
        (folder / f"{name}.py").write_text(self.code)
        about = folder / f"{name}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (about / "entry_points.txt").write_text(f"[swahr.plugins]\n{name} = {name}\n")
        self.folder = folder

    def swahr(self, *arguments, known=True):
        """Run the command in a process that knows the plugin, or in one that does not."""
        env = {**os.environ, "PYTHONPATH": str(self.folder)} if known else None
        command = [sys.executable, "-m", "swahr", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.fixture
def plugin(tmp_path):
    """Install the code of a page under a name."""

    def install(name, page):
        folder = tmp_path / "site"
        folder.mkdir()
        return Plugin(folder, name, page)

    return install


@pytest.fixture(scope="session")
def figures(tmp_path_factory):
    """A few photos of figures with their labels, and a clip; the settings of a run on them that lasts seconds."""
    folder = tmp_path_factory.mktemp("figures")
    random = np.random.default_rng(0)
    write_split(folder, "train", 6, random)
    write_clip(folder / "clip.mp4", random)
    (folder / "run.yaml").write_text(
        f"train: {folder}/train.json\ninput_size: 64\nbatch_size: 2\nsteps: 4\nwarmup_steps: 1\n"
        "log_every: 2\ntensorboard: false\n"
    )
    return folder
