"""The page of `swahr report`, read by the standard library's HTML and XML parsers."""

import base64
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from swahr.formats import open_writer, read
from swahr.pose.poses import Poses
from swahr.pose.skeleton import COCO_17
from swahr.report.figures import make_figures
from swahr.report.svg import clock, nice_ticks

VOID = {"meta", "img"}


class Page(HTMLParser):
    """Checks that every element is closed in its order; collects words and addresses."""

    def __init__(self, text):
        super().__init__()
        self.open, self.words, self.addresses = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def record(path, frames=50, gap=(20, 24), count=2, every=1):
    """Write people who walk at 1 body height a second; person 1 is missing for a while."""
    base = np.stack([np.linspace(0, 40, 17), np.linspace(0, 100, 17)], axis=1)
    with open_writer("csv", path, COCO_17, frame_rate=25, size_wh=(320, 240)) as writer:
        for i in range(0, frames, every):
            ids = [p for p in range(count) if not (p == 1 and gap[0] <= i <= gap[1])]
            keypoints = np.full((len(ids), 17, 3), 0.9, np.float32)
            for place, person in enumerate(ids):
                keypoints[place, :, :2] = base + np.asarray([20 + 100 * person + 100 * i / 25, 60])
            keypoints[:, 9, 2] = 0.3
            keypoints[:, 10] = np.nan, np.nan, 0
            writer.write(
                i, i / 25, Poses(keypoints, np.full(len(ids), 0.8, np.float32), COCO_17, np.asarray(ids))
            )
    return path


class TestFigures:
    def test_people_gaps_and_speeds(self, tmp_path):
        figures = make_figures(read(record(tmp_path / "a.csv")))
        assert [person.id for person in figures.people] == [0, 1]
        assert figures.people[0].gaps == []
        assert figures.people[1].gaps == [(20, 24)]
        assert figures.counts.tolist() == [1 if 20 <= i <= 24 else 2 for i in range(50)]
        for person in figures.people:
            assert person.usual_speed == pytest.approx(1.0, abs=0.02)
            assert person.height == pytest.approx(100, abs=1)

    def test_joints_that_come_and_go_move_nobody(self, tmp_path):
        path = tmp_path / "a.csv"
        with open_writer("csv", path, COCO_17, frame_rate=25, size_wh=(320, 240)) as writer:
            for i in range(50):
                keypoints = np.full((1, 17, 3), 0.9, np.float32)
                keypoints[0, :, :2] = np.stack([np.linspace(0, 40, 17), np.linspace(0, 100, 17)], axis=1)
                keypoints[0, (11, 12) if i // 5 % 2 else (0, 1, 2)] = np.nan, np.nan, 0
                writer.write(
                    i, i / 25, Poses(keypoints, np.full(1, 0.8, np.float32), COCO_17, np.zeros(1, int))
                )
        (person,) = make_figures(read(path)).people
        assert np.nanmax(person.speeds) == pytest.approx(0, abs=1e-6)

    def test_joints_by_confidence(self, tmp_path):
        figures = make_figures(read(record(tmp_path / "a.csv")))
        assert figures.joints[0].tolist() == [1, 0, 0, 0]
        assert figures.joints[9].tolist() == [0, 1, 0, 0]
        assert figures.joints[10].tolist() == [0, 0, 0, 1]
        assert figures.joint_scores[9] == pytest.approx(0.3)

    def test_frames_that_are_not_there_are_counted(self, tmp_path):
        path = record(tmp_path / "a.csv")
        lines = [line for line in path.read_text().splitlines() if not line.startswith(("30,", "31,"))]
        path.write_text("\n".join(lines) + "\n")
        assert make_figures(read(path)).skipped == 2
        assert make_figures(read(record(tmp_path / "b.csv", every=2))).skipped == 0


class TestPage:
    def test_it_is_whole_and_needs_nothing_else(self, call, tmp_path):
        record(tmp_path / "a.csv")
        result = call("report", tmp_path / "a.csv", "-o", tmp_path / "r.html")
        assert result.code == 0, result.errors
        text = (tmp_path / "r.html").read_text()
        page = Page(text)
        assert all(address.startswith("data:") for address in page.addresses)
        assert "http" not in re.sub(r'xmlns="[^"]*"', "", text)
        words = " ".join(page.words)
        for heading in (
            "People over time",
            "When each person is there",
            "Speeds",
            "Gaps",
            "Confidence by joint",
        ):
            assert heading in words
        for drawing in re.findall(r"<svg.*?</svg>", text, re.S):
            numbers = [float(n) for n in re.findall(r'(?:x|y|width|height)="(-?[\d.]+)"', drawing)]
            assert ET.fromstring(drawing).tag.endswith("svg")
            assert np.isfinite(numbers).all()
            assert "nan" not in drawing

    def test_pictures_come_from_the_video(self, call, clips, tmp_path):
        record(tmp_path / "a.csv", frames=20)
        video = clips.make(tmp_path / "v.mp4", frames=20, size=(320, 240))
        assert call("report", tmp_path / "a.csv", "--video", video, "-o", tmp_path / "r.html").code == 0
        pictures = [
            a for a in Page((tmp_path / "r.html").read_text()).addresses if a.startswith("data:image/jpeg")
        ]
        assert len(pictures) == 6 + 2
        for address in pictures:
            content = base64.b64decode(address.split(",", 1)[1])
            assert cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) is not None

    def test_a_video_that_does_not_belong_is_refused(self, call, refuses, clips, tmp_path):
        record(tmp_path / "a.csv", frames=50)
        command = ("report", tmp_path / "a.csv", "-o", tmp_path / "r.html", "--video")
        short = clips.make(tmp_path / "short.mp4", frames=20, size=(416, 240))
        said = refuses(*command, short)
        assert (
            "short.mp4 is not the video of these keypoints: the keypoints go up to frame 49, and it has 20"
            in said
        )
        assert said.endswith("or leave --video out")
        small = clips.make(tmp_path / "small.mp4", frames=50, size=(160, 120))
        assert "outside its 160 x 120 pixels" in refuses(*command, small)
        slow = clips.make(tmp_path / "slow.mp4", frames=50, size=(416, 240), rate=20)
        assert re.search(
            r"frame \d+ is at [\d.]+ s in it, and at [\d.]+ s in the keypoints", refuses(*command, slow)
        )
        cv2.imwrite(str(tmp_path / "p.jpg"), np.zeros((240, 416, 3), np.uint8))
        assert "p.jpg is a photo" in refuses(*command, tmp_path / "p.jpg")
        assert not (tmp_path / "r.html").exists()
        fitting = clips.make(tmp_path / "v.mp4", frames=50, size=(416, 240))
        assert "note" not in call(*command, fitting).errors

    @pytest.mark.parametrize("content", ["nobody", "one frame", "no times", "no ids", "many"])
    def test_odd_recordings_have_a_page_too(self, call, tmp_path, content):
        path = tmp_path / "a.csv"
        if content == "nobody":
            header = record(path).read_text().splitlines()[0]
            path.write_text(
                header + "\n" + "".join(f"{i},{i / 25}{',' * (header.count(',') - 1)}\n" for i in range(5))
            )
        elif content == "one frame":
            record(path, frames=1)
        elif content == "many":
            record(path, frames=30, count=70)
        else:
            record(path)
            name = "a_sleap.csv"
            assert call("convert", path, tmp_path / name).code == 0
            path = tmp_path / name
            if content == "no ids":
                path.write_text(re.sub(r"(?m)^person\d+", "", path.read_text()))
        result = call("report", path, "-o", tmp_path / "r.html")
        assert result.code == 0, result.errors
        assert "nan" not in " ".join(Page((tmp_path / "r.html").read_text()).words)

    def test_names_are_no_markup(self, call, tmp_path):
        path = record(tmp_path / "<b>&.csv")
        assert call("report", path, "-o", tmp_path / "r.html").code == 0
        assert "<b>&.csv" in " ".join(Page((tmp_path / "r.html").read_text()).words)

    def test_what_is_refused(self, call, refuses, tmp_path):
        path = record(tmp_path / "a.csv")
        assert call("report", path, "-o", tmp_path / "r.html").code == 0
        assert "add --overwrite" in refuses("report", path, "-o", tmp_path / "r.html")
        assert "No such file" in refuses("report", tmp_path / "none.csv", "-o", tmp_path / "s.html")
        assert "no such file" in refuses(
            "report", path, "--video", tmp_path / "none.mp4", "-o", tmp_path / "s.html"
        )
        assert not (tmp_path / "s.html").exists()


def test_words_of_time_and_round_steps():
    assert [clock(s) for s in (0, 4.25, 59.9, 65, 3605)] == ["0 s", "4.2 s", "59.9 s", "1:05", "1:00:05"]
    assert nice_ticks(0, 10, 5) == [0, 2, 4, 6, 8, 10]
    assert nice_ticks(0, 0, 5) == [0]
