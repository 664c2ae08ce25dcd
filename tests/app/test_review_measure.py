"""The review page: joints are measured on the picture, plotted, listed and exported."""

from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import openpyxl
import pandas as pd
import pytest
from PyQt6.QtCore import QPoint, QPointF, QSize, Qt
from PyQt6.QtGui import QColor, QImage, QPainter
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication

from swahr.config import MovementSettings, OverlaySettings
from swahr.document import Document
from swahr.movement import measure
from swahr.pose.skeleton import COCO_17
from swahr.video import VideoFile
from swahr_app.review.canvas_painting import paint_measures, paint_people
from swahr_app.review.viewport import Viewport
from swahr_app.review.workers.exporting import DRAWN_CLIP, Exporting, Order
from tests.app.review_desk import LEFT, answered, at_frame, last, moved_mouse, press, two_people


def measured(review, qtbot):
    session = review.review.session
    qtbot.waitUntil(lambda: session.movement is not None, timeout=20_000)
    return session.movement


class TestPlot:
    def test_every_kind_has_the_numbers_of_movement_and_gaps_stay_gaps(self, review, qtbot):
        plot, session = review.review.plot, at_frame(review, 10, 1, 13)
        measured(review, qtbot)
        settings = MovementSettings(min_frames=1, swaps="leave")
        person = measure(session.document.recording(), settings).people[1]
        knee = session.movement.column("left_knee")
        expected = {
            "position": person.places[:, 13].T,
            "speed": [person.speeds[:, 13]],
            "angle": [person.angles[:, knee]],
        }
        for kind, lines in expected.items():
            press(review, "plot")
            assert plot.kind.currentData() == kind
            for curve, values in zip(plot.curves, lines, strict=False):
                frames, plotted = curve.getOriginalDataset()
                there = np.searchsorted(frames, person.track.frames + 0.5, side="right") - 1
                np.testing.assert_allclose(plotted[there], values, atol=1e-12)
                gap = np.flatnonzero(frames == 25.5)
                assert np.isnan(plotted[gap[0]])  # 20 to 24 are missing: the line breaks off before 25
        assert plot.plot.isVisibleTo(review)
        press(review, "plot")
        assert plot.kind.currentData() == ""
        assert not plot.plot.isVisibleTo(review)

    def test_a_click_goes_where_the_timeline_would_and_the_wheel_zooms_both(self, review, qtbot):
        plot, timeline, session = review.review.plot, review.review.timeline, at_frame(review, 0, 0, 5)
        press(review, "plot")
        qtbot.waitUntil(lambda: plot.plot.width() == timeline.width(), timeout=5000)
        x = round(timeline.column_of(17.5))
        QTest.mouseClick(plot.plot.viewport(), LEFT, pos=QPoint(x, 40))
        assert session.index == 17
        box = plot.plot.getPlotItem().getViewBox()
        assert box.mapSceneToView(QPointF(x, 40)).x() == pytest.approx(17.5, abs=0.2)
        assert plot.line.value() == 17.5
        press(review, "lanes_in")
        (low, high), _ = box.viewRange()
        assert (low, high) == pytest.approx((timeline.first, timeline.first + 20))

    def test_what_is_chosen_is_plotted_and_said(self, review, qtbot):
        plot = review.review.plot
        session = at_frame(review, 10, 1, 13)
        measured(review, qtbot)
        plot.kind.setCurrentIndex(1)
        plot.kind.activated.emit(1)
        assert plot.of.currentData() == "left_knee"
        person = session.movement.people[1]
        x, y = person.places[person.track.frames.tolist().index(10), 13]
        assert plot.value.text() == f"x {x:.1f} px   y {y:.1f} px"
        session.show_frame(22)
        assert "Choose a person" in plot.value.text()
        session.show_frame(10)
        session.choose(1, 9)
        assert plot.of.currentData() == "left_wrist"
        plot.of.setCurrentIndex(0)
        plot.of.activated.emit(0)
        assert plot.value.text().startswith("x ")


class TestReadouts:
    def test_keys_read_out_distances_and_angles_in_pixels_and_metres(self, review):
        tools, session = review.review.tools, at_frame(review, 10, 0, 5)
        press(review, "distance")
        assert tools.hint().startswith("Distance: click joint 2 of 2")
        session.choose(0, 7)
        press(review, "distance")
        for joint in (5, 7, 9):
            session.choose(0, joint)
            press(review, "angle")
        assert session.annotations.readouts == ((5, 7), (5, 7, 9))
        at = session.poses.keypoints[0, :, :2].astype(float)
        apart = np.linalg.norm(at[7] - at[5])
        a, b = at[5] - at[7], at[9] - at[7]
        angle = np.degrees(np.arccos(a @ b / np.linalg.norm(a) / np.linalg.norm(b)))
        listed = review.review.side.measures.readouts
        assert [listed.item(row).text() for row in range(2)] == [
            f"{apart:.1f} px   left shoulder to left elbow",
            f"{angle:.1f}°   left elbow: left shoulder to left wrist",
        ]
        press(review, "scale")
        tools.draw((0.0, 0.0), (100.0, 0.0))
        with answered(2.0):
            press(review, "scale")
        assert (last(review).line, last(review).length) == ((0, 0, 100, 0), 2.0)
        assert listed.item(0).text().startswith(f"{apart / 50:.3f} m")
        press(review, "unscale")
        press(review, "unread")
        assert session.annotations.readouts == ((5, 7),)
        assert session.annotations.scale is None
        for _ in range(5):
            press(review, "undo")
        assert session.document.applied == 0

    def test_clicks_on_joints_read_out(self, review):
        canvas, side, session = review.review.canvas, review.review.side, at_frame(review, 10)
        session.choose(None)
        side.buttons["angle"].click()
        for joint in (5, 7, 9):
            x, y = session.poses.keypoints[1, joint, :2]
            QTest.mouseClick(canvas, LEFT, pos=canvas.to_widget(x, y).toPoint())
        assert session.annotations.readouts == ((5, 7, 9),)
        assert session.place == 1
        side.buttons["unread"].click()
        assert session.annotations.readouts == ()

    def test_what_is_read_out_lies_on_its_plate_in_windows_of_any_height_and_font(self, review):
        session, tools, view = at_frame(review, 10, 0, 5), review.review.tools, Viewport()
        keypoints = session.poses.keypoints
        press(review, "distance")
        session.choose(0, 7)
        press(review, "distance")
        for height, size in ((1400, 13), (400, 13), (400, 40)):
            view.size, view.info = QSize(height * 2, height), session.info
            paper = QImage(view.size, QImage.Format.Format_RGB32)
            paper.fill(QColor("#ff00ff"))
            painter = QPainter(paper)
            font = painter.font()
            font.setPixelSize(size)
            painter.setFont(font)
            paint_people(painter, view, session, keypoints)
            assert painter.font() == font
            paper.fill(QColor("#ff00ff"))
            paint_measures(painter, view, session, tools, keypoints)
            metrics = painter.fontMetrics()
            painter.end()
            middle = view.seen(keypoints)[0, [5, 7]].mean(axis=0)
            text = next(iter(tools.readings(keypoints[0]))).text
            left = round(middle[0] - metrics.horizontalAdvance(text) / 2 - 2)
            shown = np.frombuffer(paper.constBits().asarray(paper.sizeInBytes()), np.uint8)
            column = shown.reshape(paper.height(), -1, 4)[:, left, 0]
            assert np.count_nonzero(column < 200) >= metrics.height()

    def test_a_line_is_drawn_by_mouse_and_moved_by_key(self, review):
        canvas, tools, session = review.review.canvas, review.review.tools, at_frame(review, 10, 0, 5)
        review.review.side.buttons["scale"].click()
        start, end = canvas.to_widget(100, 400), canvas.to_widget(500, 400)
        with answered(None):
            QTest.mousePress(canvas, LEFT, pos=start.toPoint())
            canvas.mouseMoveEvent(moved_mouse(canvas, end))
            QTest.mouseRelease(canvas, LEFT, pos=end.toPoint())
        assert session.document.applied == 0
        np.testing.assert_allclose(np.ravel(tools.line), (100, 400, 500, 400), atol=1.5)
        press(review, "move_down_far")
        press(review, "joint")
        press(review, "move_left")
        moved = np.ravel(tools.line)
        np.testing.assert_allclose(moved, (99, 400, 500, 410), atol=1.5)
        with answered(1.5):
            press(review, "scale")
        np.testing.assert_allclose(last(review).line, moved, atol=0.01)
        assert session.joint == 5
        assert tools.mode == ""

    def test_escape_leaves_in_the_app(self, window, film, qtbot):
        shown = window()
        shown.open_review(str(film))
        session = shown.review.session
        qtbot.waitUntil(lambda: session.picture is not None and not session.filling, timeout=20_000)
        for name in ("distance", "scale"):
            press(shown, name)
            assert shown.review.tools.mode
            QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
            assert not shown.review.tools.mode

    def test_the_picture_is_moved_by_keys(self, review):
        canvas = review.review.canvas
        canvas.change_zoom(4)
        middle = QPointF(canvas.width() / 2, canvas.height() / 2)
        before = canvas.to_video(middle)
        for name, sign in (
            ("pan_right", (1, 0)),
            ("pan_down", (1, 1)),
            ("pan_left", (0, 1)),
            ("pan_up", (0, 0)),
        ):
            press(review, name)
            after = canvas.to_video(middle)
            assert (after.x() > before.x() + 1, after.y() > before.y() + 1) == tuple(map(bool, sign))


class TestValues:
    def test_the_table_has_the_numbers_of_movement(self, review, qtbot):
        values, session = review.review.values, at_frame(review, 10, 1, 13)
        movement = measured(review, qtbot)
        press(review, "in")
        at_frame(review, 30, 1)
        press(review, "out")
        press(review, "values")
        assert values.isVisible()
        person = next(person for person in movement.people if person.id == 1)
        rows = (person.track.frames >= 10) & (person.track.frames <= 30)
        speeds = person.speeds[rows, 13]
        row = values.here.rows.index("left_knee_speed_px_per_s")
        now = person.speeds[person.track.frames.tolist().index(30), 13]
        expected = (now, np.nanmin(speeds), np.nanmean(speeds), np.nanmax(speeds))
        np.testing.assert_allclose([float(values.here.text(row, c)) for c in range(4)], expected, atol=0.06)
        shown = [values.here.text(row, c) for row in range(values.here.rowCount()) for c in range(4)]
        assert all(any(shown[at : at + 4]) for at in range(0, len(shown), 4)), "a row without a value"
        values.activateWindow()
        qtbot.waitUntil(values.isActiveWindow, timeout=5000)
        QTest.keySequence(values.views[0], "Ctrl+C")
        assert QApplication.clipboard().text().splitlines()[0] == "\tNow\tLeast\tMean\tLargest"
        values.tabs.setCurrentIndex(1)
        assert values.range.rows == [str(frame) for frame in (*range(10, 20), *range(25, 31))]
        values.views[1].clicked.emit(values.range.index(10, 0))
        assert session.index == 25
        press(review, "values")
        assert not values.isVisible()


class TestExports:
    def test_values_of_the_range_are_tables_of_movement(self, review, qtbot, tmp_path):
        session = at_frame(review, 12, 0, 5)
        with answered("here"):
            press(review, "add_event")
        for joint in (5, 7):
            session.choose(0, joint)
            press(review, "distance")
        at_frame(review, 10)
        press(review, "in")
        at_frame(review, 15)
        press(review, "out")
        for name in ("values_csv", "values_xlsx"):
            press(review, name)
            qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=20_000)
        table = pd.read_csv(tmp_path / "film_values.csv")
        assert sorted(set(table.frame)) == list(range(10, 16))
        movement = measure(session.document.recording(), MovementSettings(min_frames=1, swaps="leave"))
        first = movement.people[0]
        np.testing.assert_allclose(
            table[table.person_id == 0].nose_speed_px_per_s, first.speeds[10:16, 0], atol=0.06
        )
        assert "left_shoulder_to_left_elbow_px" in table
        events = pd.read_csv(tmp_path / "film_values_events.csv")
        assert events[["event", "of", "frame"]].values.tolist() == [["mark", "here", 12]]
        book = openpyxl.load_workbook(tmp_path / "film_values.xlsx")
        assert book.sheetnames == ["person 0", "person 1", "events", "walking", "swaps", "about"]
        assert book["person 0"].max_row == 1 + 6

    def test_a_clip_has_the_frames_of_the_range_with_or_without_people(self, review, qtbot, tmp_path):
        at_frame(review, 10)
        press(review, "in")
        at_frame(review, 15)
        press(review, "out")
        pictures = {}
        for name, file in (("clip", "film_clip.mp4"), ("drawn", "film_drawn.mp4")):
            press(review, name)
            qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=30_000)
            with VideoFile(tmp_path / file) as video:
                frames = list(video)
            assert [round(frame.time_s * 25) for frame in frames] == list(range(6))
            pictures[name] = frames[0].image.astype(int)
        apart = np.abs(pictures["clip"] - pictures["drawn"]).max(axis=2) > 60
        x, y = (
            round(float(value))
            for value in review.review.session.document.frame(10).poses.keypoints[0, 5, :2]
        )
        assert apart[y - 6 : y + 7, x - 6 : x + 7].any()
        assert not apart[:, :20].any()

    def test_why_software_encoded_a_clip_is_told(self, review, qtbot, refusing_card):
        press(review, "clip")
        qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=30_000)
        assert "film_clip.mp4; h264_nonesuch does not open any more" in review.messages[-1]

    def test_people_are_drawn_where_they_are_though_pixels_are_not_square(self, tmp_path):
        video, poses = tmp_path / "wide.mp4", two_people(0)
        with av.open(str(video), "w") as container:
            stream = container.add_stream("mpeg4", rate=25)
            stream.width, stream.height, stream.pix_fmt = 320, 480, "yuv420p"
            stream.codec_context.sample_aspect_ratio = Fraction(2)
            grey = av.VideoFrame.from_ndarray(np.full((480, 320, 3), 99, np.uint8), "bgr24")
            container.mux(stream.encode(grey))
            container.mux(stream.encode())
        with Document.create(tmp_path / "wide.swahr", COCO_17) as document:
            narrow = replace(poses, keypoints=poses.keypoints * np.float32([0.5, 1, 1]))
            document.add(0, 0.0, narrow)
        order, told = Order(DRAWN_CLIP, tmp_path / "drawn.mp4", 0, 0, True), []
        Exporting(document.path, str(video), order, OverlaySettings(), told.append, told.append).work()
        assert told == [order.target]
        with VideoFile(order.target) as drawn:
            coloured = np.ptp(next(iter(drawn)).image.astype(int), axis=2) > 40
        assert coloured.shape == (480, 640)
        for x, y in poses.keypoints[:, 9, :2].round().astype(int):
            assert coloured[y - 6 : y + 7, x - 6 : x + 7].any()
        assert not coloured[:, 230:430].any()

    def test_the_menu_offers_all_of_them_and_a_second_file_has_another_name(self, review, qtbot, tmp_path):
        menu = review.review.bar.export.menu()
        texts = [action.text().split("\t")[0] for action in menu.actions()]
        assert texts == [export.text for export in review.review.exports.all]
        for _ in range(2):
            menu.actions()[0].trigger()
            qtbot.waitUntil(lambda: not review.review.exports.busy, timeout=20_000)
        assert (tmp_path / "film_corrected_2.csv").exists()
