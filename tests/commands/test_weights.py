"""`swahr weights`, from the command line to the files it leaves."""

import hashlib
import io
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from swahr.commands.main import main
from swahr.errors import MissingError
from swahr.inference.estimator import PoseEstimator
from swahr.models import bundled, catalogue, download, load_checkpoint, save_checkpoint
from swahr.models.blazepose_files import load_blazepose
from swahr.models.hashes import record_sum, sha256
from tests.models.test_styles import published as simple_baseline
from tests.tflite_files import drawn_blazepose, published_blazepose

NAME = "tiny-coco-64"
BUNDLED = bundled.FOLDER


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """An empty place for installed weights, and no bundled ones but those that a test makes."""
    monkeypatch.setenv("SWAHR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(bundled, "FOLDER", tmp_path / "bundled")
    (tmp_path / "bundled").mkdir()
    return tmp_path / "home" / "weights"


@pytest.fixture
def swahr(monkeypatch, capsys):
    """Run a command line; returns exit code, stdout and stderr."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["swahr", "weights", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return ended.value.code, written.out, written.err

    return run


@pytest.fixture
def published(tmp_path, tiny):
    """A published file of a tiny network."""
    file = tmp_path / "pose_tiny.pth"
    torch.save(tiny.weights(), file)
    return file


def refused(result):
    """Check that a command was refused in one line on stderr, and return the line."""
    code, _, err = result
    assert code == 2
    assert err.startswith("swahr: ")
    assert err.count("\n") == 1
    return err


class TestImport:
    def test_installs_weights_that_the_estimator_takes_by_name(self, swahr, published, home, tiny):
        code, out, err = swahr("import", published, "--name", "mine")
        assert (code, err) == (0, "")
        assert (
            "SWAHR HigherHRNet on hrnet (width 4, modules (1, 2, 1), blocks 2), 17 joints (coco-17), input 512"
            in out
        )
        assert "--model mine" in out
        assert sorted(path.name for path in home.iterdir()) == ["SHA256SUMS", "mine.safetensors"]
        estimator = PoseEstimator.from_pretrained("mine", "cpu", input_size=64)
        assert estimator(np.zeros((64, 64, 3), np.uint8)).keypoints.shape[1:] == (17, 3)

    def test_records_where_the_weights_are_from(self, swahr, published, home):
        swahr("import", published, "--name", "swahr-w32-coco-512")
        card = load_checkpoint(home / "swahr-w32-coco-512.safetensors").card
        assert card["origin_sha256"] == hashlib.sha256(published.read_bytes()).hexdigest()
        assert card["data"] == "COCO"
        assert card["licence"] == "not stated"

    @pytest.mark.parametrize("name", ["hrnet-w32-coco-256x192", "lightweight-openpose"])
    def test_refuses_the_name_of_a_published_network_of_another_system(self, swahr, published, name, home):
        error = refused(swahr("import", published, "--name", name))
        assert "holds SWAHR HigherHRNet on hrnet" in error
        assert f"published as {name} is a network" in error
        assert not list(home.glob("*.safetensors"))

    def test_without_a_name_takes_the_files(self, swahr, published, home):
        assert swahr("import", published)[0] == 0
        assert (home / "pose_tiny.safetensors").exists()

    def test_does_not_replace_without_being_told(self, swahr, published, home):
        swahr("import", published, "--name", "mine")
        before = (home / "mine.safetensors").read_bytes()
        assert "--overwrite" in refused(swahr("import", published, "--name", "mine"))
        assert (home / "mine.safetensors").read_bytes() == before
        assert swahr("import", published, "--name", "mine", "--overwrite")[0] == 0

    @pytest.mark.parametrize("name", ["../up", "a/b", "v1.2", "", "."])
    def test_refuses_names_that_are_paths(self, swahr, published, name, home):
        assert "no name" in refused(swahr("import", published, "--name", name))
        assert not home.exists()

    def test_refuses_the_name_of_bundled_weights(self, swahr, published, tiny, tmp_path):
        save_checkpoint(tmp_path / "bundled" / "default.safetensors", tiny.checkpoint())
        assert "bundled" in refused(swahr("import", published, "--name", "default"))

    def test_takes_a_skeleton_for_joints_of_its_own(self, swahr, tmp_path, tiny, home):
        file, skeleton = tmp_path / "mouse.pth", tmp_path / "mouse.json"
        torch.save(tiny.weights(num_joints=2), file)
        skeleton.write_text('{"keypoints": ["snout", "tail"], "skeleton": [[1, 2]]}')
        assert "--skeleton" in refused(swahr("import", file))
        assert swahr("import", file, "--skeleton", skeleton)[0] == 0
        assert load_checkpoint(home / "mouse.safetensors").skeleton.joints == ("snout", "tail")

    def test_leaves_nothing_behind_where_the_file_is_none(self, swahr, tmp_path, home):
        page = tmp_path / "pose_higher_hrnet_w32_512.pth"
        page.write_text("<html>Virus scan warning</html>")
        assert "web page" in refused(swahr("import", page))
        assert not home.exists()

    def test_reports_a_place_that_cannot_be_written(self, swahr, published, home):
        home.parent.write_text("a file where the folder would be")
        assert "cannot be written" in refused(swahr("import", published))


class TestFetch:
    @pytest.fixture
    def offered(self, file_server, tiny, monkeypatch):
        """A published file on a server, in the catalogue under NAME."""
        stream = io.BytesIO()
        torch.save({"state_dict": tiny.weights(scale_heads=False)}, stream)
        file_server.content = stream.getvalue()
        digest = hashlib.sha256(file_server.content).hexdigest()
        weights = catalogue.PublishedWeights(
            NAME, f"tiny-{digest[:8]}_1.pth", file_server.url, True, "COCO", 12.3, "Apache-2.0", digest[:8]
        )
        monkeypatch.setattr(catalogue, "CATALOGUE", (*catalogue.CATALOGUE, weights))
        return file_server

    def test_downloads_checks_and_installs(self, swahr, offered, home, tiny):
        code, out, _ = swahr("fetch", NAME)
        assert code == 0
        assert f"--model {NAME}" in out
        checkpoint = load_checkpoint(home / f"{NAME}.safetensors")
        assert checkpoint.card["ap"] == 12.3
        assert not checkpoint.architecture.head.scale_heads
        assert [path.name for path in (home / "downloads").iterdir()] == []

    def test_goes_on_after_a_lost_connection(self, swahr, offered, home, monkeypatch):
        monkeypatch.setattr(download, "PAUSE_S", 0.0)
        offered.cuts = [20_000] * download.TRIES
        assert "run the same command again" in refused_after_progress(swahr("fetch", NAME))
        assert swahr("fetch", NAME)[0] == 0
        assert offered.requests[-1] == f"bytes={20_000 * download.TRIES}-"

    def test_installs_nothing_of_a_wrong_hash(self, swahr, offered, home):
        offered.content = offered.content[:-1] + b"?"
        assert "SHA-256" in refused_after_progress(swahr("fetch", NAME))
        assert list(home.glob("*.safetensors")) == []

    def test_a_network_of_feet_is_installed_beside_the_models(self, swahr, home, file_server, monkeypatch):
        file_server.content = published_blazepose(drawn_blazepose("full"))
        digest = hashlib.sha256(file_server.content).hexdigest()
        weights = replace(catalogue.find("blazepose-heavy"), page=file_server.url, sha256_start=digest)
        others = [each for each in catalogue.CATALOGUE if each.name != weights.name]
        monkeypatch.setattr(catalogue, "CATALOGUE", (*others, weights))
        code, out, _ = swahr("fetch", weights.name)
        assert code == 0
        assert "--feet full" in out  # the size is the content's
        assert load_blazepose(home / "crops" / "blazepose-heavy.safetensors").size == "full"
        assert "as recorded" in swahr("verify", home / "crops" / "blazepose-heavy.safetensors")[1]
        assert "installed already" in refused(swahr("fetch", weights.name))
        row = next(line for line in swahr("list")[1].splitlines() if weights.name in line)
        assert "installed" in row

    def test_a_start_for_training_is_kept_as_it_was_published(self, swahr, home, file_server, monkeypatch):
        file_server.content = b"weights of a backbone"
        digits = hashlib.sha256(file_server.content).hexdigest()
        start = catalogue.find("imagenet-resnet50")
        served = replace(start, page=file_server.url, sha256_start=digits)
        monkeypatch.setattr(catalogue, "CATALOGUE", (served,))
        with pytest.raises(MissingError, match="imagenet-resnet50 is not installed"):
            bundled.resolve(start.name)
        code, out, _ = swahr("fetch", start.name)
        assert code == 0
        assert "start_from: imagenet-resnet50" in " ".join(out.split())
        assert bundled.resolve(start.name).read_bytes() == file_server.content
        assert "installed already" in refused(swahr("fetch", start.name))

    def test_a_start_is_held_to_the_hash_that_its_server_states(self, swahr, file_server, monkeypatch):
        file_server.content = b"weights of HRNet"
        served = replace(catalogue.find("imagenet-hrnet-w32"), page=file_server.hub)
        monkeypatch.setattr(catalogue, "CATALOGUE", (served,))
        file_server.stated = {download.STATED: hashlib.sha256(b"others").hexdigest()}
        assert "SHA-256" in refused_after_progress(swahr("fetch", served.name))
        file_server.stated = {download.STATED: hashlib.sha256(file_server.content).hexdigest()}
        assert swahr("fetch", served.name)[0] == 0
        assert bundled.resolve(served.name).read_bytes() == file_server.content

    def test_does_not_download_what_is_installed(self, swahr, offered):
        swahr("fetch", NAME)
        offered.requests.clear()
        assert "installed already" in refused(swahr("fetch", NAME))
        assert offered.requests == []

    @pytest.mark.parametrize(
        "weights", [w for w in catalogue.CATALOGUE if not w.direct], ids=lambda w: w.name
    )
    def test_says_where_to_click_and_what_to_run(self, swahr, weights):
        result = swahr("fetch", weights.name)
        assert "nothing was installed" in refused(result)
        out = result[1]
        assert weights.page in out
        assert f"swahr weights import PATH/TO/THE/FILE --name {weights.name}" in out

    def test_lists_the_names_where_one_is_unknown(self, swahr):
        assert "mmpose-w32-coco-512" in refused(swahr("fetch", "nonsense"))


def refused_after_progress(result):
    """Return the last line of stderr, below the progress bar."""
    code, _, err = result
    assert code == 2
    assert "Traceback" not in err
    return err.strip().splitlines()[-1]


class TestList:
    def test_shows_every_state(self, swahr, published, tiny, tmp_path):
        save_checkpoint(tmp_path / "bundled" / "default.safetensors", tiny.checkpoint())
        swahr("import", published, "--name", "mine")
        swahr("import", published, "--name", "swahr-w48-coco-640")
        code, out, _ = swahr("list")
        assert code == 0
        rows = {line.split()[0]: line for line in out.splitlines() if line.strip()}
        assert "bundled" in rows["default"]
        assert "installed" in rows["mine"]
        assert "installed" in rows["swahr-w48-coco-640"]
        assert "70.8" in rows["swahr-w48-coco-640"]
        assert "to fetch" in rows["mmpose-w32-coco-512"]
        assert "67.7" in rows["mmpose-w32-coco-512"]
        assert "by hand" in rows["swahr-w32-coco-512"]

    def test_names_are_given_once(self):
        names = [weights.name for weights in catalogue.CATALOGUE]
        assert len(set(names)) == len(names)

    @pytest.mark.parametrize("weights", [w for w in catalogue.CATALOGUE if w.direct], ids=lambda w: w.name)
    def test_what_is_downloaded_has_a_hash_to_check(self, weights):
        if weights.sha256_stated:
            assert weights.page.startswith("https://huggingface.co/")
            assert not weights.sha256_start
        elif weights.finds_people or weights.start:
            assert len(weights.sha256_start) == 8
            assert weights.sha256_start in weights.page
        else:  # Google's names hold no hash, so the whole of it is recorded
            assert len(weights.sha256_start) == 64


class TestShow:
    def test_tells_the_network_the_data_and_the_licence(self, swahr, tiny, tmp_path):
        card = {
            "data": "drawn figures",
            "licence": "Apache-2.0",
            "notice": "[here], in NOTICE.md",
            "ap": None,
        }
        own = tmp_path / "own.safetensors"
        save_checkpoint(own, replace(tiny.checkpoint(), card=card))
        code, out, _ = swahr("show", own)
        rows = dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in out.splitlines())
        assert code == 0
        assert sha256(own) in out
        assert rows["data"] == "drawn figures"
        assert rows["licence"] == "Apache-2.0"
        assert rows["notice"] == "[here], in NOTICE.md"  # brackets are text, no markup
        assert "ap" not in rows
        assert "17" in rows["joints"]

    def test_knows_bundled_names_and_those_of_crop_networks(self, swahr, tiny, tmp_path):
        save_checkpoint(tmp_path / "bundled" / "default.safetensors", tiny.checkpoint())
        assert swahr("show", "default")[0] == 0
        code, out, _ = swahr("show", "thunder")
        assert code == 0
        assert "Apache-2.0" in out

    def test_names_what_there_is_for_another_name(self, swahr):
        assert "weights list" in refused(swahr("show", "nobody"))


class TestVerify:
    @pytest.fixture
    def installed(self, swahr, published, home):
        swahr("import", published, "--name", "mine")
        return home / "mine.safetensors"

    def test_passes_what_is_as_recorded(self, swahr, installed, tiny, tmp_path):
        own = tmp_path / "bundled" / "default.safetensors"
        save_checkpoint(own, tiny.checkpoint())
        record_sum(own)
        code, out, _ = swahr("verify")
        assert code == 0
        assert out.count("as recorded") == 2

    def test_crop_networks_are_among_them(self, swahr, tmp_path):
        crops = tmp_path / "bundled" / "crops"
        crops.mkdir()
        for name in ("thunder.safetensors", "blazepose-full.safetensors", "SHA256SUMS"):
            (crops / name).write_bytes((BUNDLED / "crops" / name).read_bytes())
        code, out, _ = swahr("verify")
        assert (code, out.count("as recorded")) == (0, 2)
        content = bytearray((crops / "thunder.safetensors").read_bytes())
        content[-1] ^= 1
        (crops / "thunder.safetensors").write_bytes(content)
        assert swahr("verify")[0] == 2

    def test_finds_one_changed_byte(self, swahr, installed):
        content = bytearray(installed.read_bytes())
        content[-1] ^= 1
        installed.write_bytes(content)
        code, out, err = swahr("verify")
        assert code == 2
        assert "recorded is" in out
        assert err == "swahr: 1 of 1 files failed: mine.safetensors\n"

    def test_checks_the_hash_in_a_published_name(self, swahr, published):
        digest = hashlib.sha256(published.read_bytes()).hexdigest()
        right = published.rename(published.with_name(f"tiny-{digest[:8]}_20200101.pth"))
        assert "as recorded" in swahr("verify", right)[1]
        wrong = right.rename(right.with_name("tiny-00000000_20200101.pth"))
        assert swahr("verify", wrong)[0] == 2

    def test_says_where_there_is_no_record(self, swahr, published):
        code, out, _ = swahr("verify", published)
        assert code == 0
        assert "no hash is recorded" in out

    def test_checks_all_files_even_where_the_first_fails(self, swahr, published, tmp_path):
        code, out, err = swahr("verify", tmp_path / "none.pth", tmp_path, published)
        assert code == 2
        assert "no such file" in out
        assert "folder" in out
        assert "SHA-256" in out
        assert "2 of 3" in err

    def test_with_nothing_to_check_says_so(self, swahr):
        assert swahr("verify")[:2] == (0, "no weights are bundled or installed\n")


def test_a_resnet_is_imported_in_the_style_that_is_asked_for(swahr, tmp_path, home):
    torch.save(simple_baseline(), tmp_path / "pose_resnet_50_256x192.pth")
    assert (
        swahr("import", tmp_path / "pose_resnet_50_256x192.pth", "--name", "own", "--style", "caffe")[0] == 0
    )
    network = load_checkpoint(home / "own.safetensors").model
    assert network.backbone.layer2[0].conv1.stride == (2, 2)


def test_a_real_process_ends_with_2_and_one_line(tmp_path):
    file = tmp_path / "notes.pth"
    file.write_text("no weights")
    done = subprocess.run(
        [sys.executable, "-m", "swahr", "weights", "import", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert (
        done.stderr
        == f"swahr: {file} is no checkpoint; expected .safetensors, a .pth that torch wrote, or a .caffemodel\n"
    )


def test_the_ways_to_run_the_bundled_weights_are_listed(swahr):
    _, out, _ = swahr("list")
    rows = {line.split()[0]: line.split() for line in out.splitlines() if line.strip()}
    ap = [float(rows[name][-3]) for name in ("fast", "default", "best")]
    assert ap == sorted(ap)
    assert float(rows["fast"][-2]) < float(rows["default"][-2])
    assert rows["fast"][1:3] == ["--refine", "off"]
    assert float(rows["fast"][-1]) < float(rows["best"][-1])
