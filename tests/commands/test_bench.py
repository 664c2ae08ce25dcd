"""`swahr bench`: a speed for each runtime and way to refine, and what auto takes."""

import json

import pytest

from swahr.inference.backends import choice


@pytest.fixture(autouse=True)
def torch_alone(monkeypatch):
    """Other runtimes take an export, which has tests of its own."""
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    monkeypatch.setattr("swahr.inference.speeds.find_spec", lambda name: None)


def test_the_speeds_are_told_as_json(call, crowd_model):
    result = call("bench", "--model", crowd_model, "--frames", 2, "--json")
    assert result.code == 0, result.errors
    told = json.loads(result.output)
    assert told["frame"] == [640, 360]
    assert told["auto"]["backend"] == "torch"
    assert [(speed["backend"], speed["refine"]) for speed in told["speeds"]] == [
        ("torch", "off"),
        ("torch", "live"),
        ("torch", "best"),
    ]
    assert all(speed["frames_per_second"] > 0 and not speed["error"] for speed in told["speeds"])


def test_the_table_has_a_row_a_runtime_and_says_what_auto_is(call, crowd_model):
    result = call("bench", "--model", crowd_model, "--frames", 1)
    assert result.code == 0, result.errors
    assert "refine best" in result.output
    assert "--backend auto is torch" in result.output


def test_a_photo_that_is_not_there_is_said(call, crowd_model):
    result = call("bench", "no.jpg", "--model", crowd_model)
    assert result.code == 2
    assert "no.jpg" in result.errors
