"""The recipe of docs/doors/loss.md, followed from outside the package."""

import json

import yaml

from swahr_training.losses import LOSSES


def test_a_loss_from_a_plugin_trains_a_network_by_the_real_command(plugin, figures, tmp_path):
    absolute = plugin("absolute_loss", "loss.md")
    settings = tmp_path / "run.yaml"
    network = (
        "architecture: {backbone: {width: 4, modules: [1, 1, 1], blocks: 1}, head: {width: 8, blocks: 0}}\n"
    )
    settings.write_text((figures / "run.yaml").read_text() + network + absolute.settings)
    run = tmp_path / "run"
    trained = absolute.swahr("train", settings, "--run", run, "--device", "cpu")
    assert trained.returncode == 0, trained.stderr
    entries = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    last = [entry for entry in entries if "total" in entry][-1]
    assert last["step"] == 4
    assert abs(last["total"] - (last["coarse"] + 0.5 * last["fine"])) < 1e-6
    assert f"(coarse {last['coarse']:.3g}  fine {last['fine']:.3g})" in trained.stdout
    kept = yaml.safe_load((run / "config.yaml").read_text())
    assert kept["loss"] == {"kind": "absolute", "fine_factor": 0.5}

    listed = absolute.swahr("train", "--fields").stdout
    ours = LOSSES.names()
    assert f"loss.kind  ({' | '.join(sorted(['absolute', *ours]))}; default: swahr)" in listed
    assert "loss.fine_factor  (number; default: 1.0)" in listed

    unknown = absolute.swahr("train", settings, "--run", tmp_path / "other", known=False)
    assert unknown.returncode == 2
    assert f"loss.kind is 'absolute'; expected one of {', '.join(ours)}" in unknown.stderr
