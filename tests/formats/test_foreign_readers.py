"""Files read by programs that are not ours; elsewhere/ has those whose packages must not be beside ours."""

import csv
import json
import warnings

import numpy as np
import pytest

from swahr.pose.skeleton import COCO_17


@pytest.fixture(autouse=True)
def _their_warnings():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def expected_of(film, person_id):
    """Return places [17, 2] of a person by frame."""
    return {
        frame: poses.keypoints[poses.ids.tolist().index(person_id), :, :2]
        for frame, _, poses in film
        if poses is not None and person_id in poses.ids.tolist()
    }


def same(found, expected):
    np.testing.assert_allclose(np.asarray(found, float), expected, atol=0.006)


class TestSleapIo:
    def test_reads_the_analysis_csv(self, written, film):
        reader = pytest.importorskip("sleap_io.io.csv")
        path = written("sleap", film)
        labels = reader.read_labels(path)
        assert reader.detect_csv_format(path) == "sleap"
        order = [labels.skeleton.node_names.index(joint) for joint in COCO_17.joints]  # it sorts them
        assert {track.name for track in labels.tracks} == {"person0", "person1", "person2"}
        seen = 0
        for frame in labels.labeled_frames:
            for instance in frame.instances:
                person_id = int(instance.track.name.removeprefix("person"))
                same(instance.numpy()[order], expected_of(film, person_id)[frame.frame_idx])
                seen += 1
        assert seen == 6

    def test_reads_the_dlc_csv(self, written, film):
        reader = pytest.importorskip("sleap_io.io.dlc")
        # The parts of its load_dlc, which itself leaves out frames without a picture beside the file.
        table, several = reader._read_dlc_dataframe(written("dlc", film))
        assert several
        skeleton, tracks = reader._parse_multi_animal_structure(table)
        order = [skeleton.node_names.index(joint) for joint in COCO_17.joints]
        assert {track.name for track in tracks} == {"person0", "person1", "person2"}
        assert table.index.tolist() == list(range(film[-1][0] + 1))
        seen = 0
        for number, row in table.iterrows():
            for instance in reader._parse_multi_animal_row(row, skeleton, tracks):
                person_id = int(instance.track.name.removeprefix("person"))
                same(instance.numpy()[order], expected_of(film, person_id)[number])
                seen += 1
        assert seen == 6


class TestTablesOfPandas:
    def test_reads_parquet(self, written, film):
        pandas = pytest.importorskip("pandas")
        pytest.importorskip("pyarrow")
        table = pandas.read_parquet(written("parquet", film))
        assert table["frame"].tolist() == [0, 0, 1, 2, 3, 3, 3, 5]
        assert table["person_id"].dropna().tolist() == [0, 1, 2, 0, 1, 1]
        same(table.loc[0, ["nose_x", "nose_y"]], film[0][2].keypoints[0, 0, :2])
        assert np.isnan(table.loc[0, "left_ear_x"])

    def test_reads_the_hdf5_of_deeplabcut(self, written, film):
        pandas = pytest.importorskip("pandas")
        pytest.importorskip("tables")
        table = pandas.read_hdf(written("dlc_h5", film))
        assert table.columns.names == ["scorer", "individuals", "bodyparts", "coords"]
        assert table.index.tolist() == list(range(6))
        for person_id in (0, 1, 2):
            for frame, expected in expected_of(film, person_id).items():
                row = table["swahr"][f"person{person_id}"].loc[frame].unstack("coords")
                same(row.loc[list(COCO_17.joints), ["x", "y"]], expected)


class TestTracks:
    def test_sleap_io_reads_the_analysis_hdf5(self, written, film):
        sleap_io = pytest.importorskip("sleap_io")
        pytest.importorskip("h5py")
        labels = sleap_io.load_file(str(written("sleap_h5", film)))
        order = [labels.skeleton.node_names.index(joint) for joint in COCO_17.joints]
        seen = 0
        for frame in labels.labeled_frames:
            for instance in frame.instances:
                places = instance.numpy()[order]
                if np.isnan(places).all():
                    continue
                person_id = int(instance.track.name.removeprefix("person"))
                same(places, expected_of(film, person_id)[frame.frame_idx])
                seen += 1
        assert seen == 6

    def test_pynwb_reads_the_poses(self, written, film):
        pynwb = pytest.importorskip("pynwb")
        pytest.importorskip("ndx_pose")
        with pynwb.NWBHDF5IO(str(written("nwb", film)), "r") as io:
            module = io.read().processing["behavior"]
            for person_id in (0, 1, 2):
                series = module[f"person{person_id}"].pose_estimation_series
                times = series["nose"].timestamps[:].tolist()
                for frame, expected in expected_of(film, person_id).items():
                    at = times.index(frame / 25)
                    same([series[joint].data[at] for joint in COCO_17.joints], expected)


class TestC3d:
    def test_reads_the_markers(self, written, film):
        c3d = pytest.importorskip("c3d")
        pytest.importorskip("ezc3d")
        with written("c3d", film).open("rb") as file:
            reader = c3d.Reader(file)
            labels = [label.strip() for label in reader.point_labels]
            frames = [points for _, points, _ in reader.read_frames()]
            assert reader.point_rate == 25
        assert len(frames) == 6
        for person_id in (0, 1, 2):
            rows = [labels.index(f"person{person_id}:{name}") for name in ("Nose", "RKnee")]
            for frame, expected in expected_of(film, person_id).items():
                same(frames[frame][rows, :2], expected[[0, 14]])
                assert (frames[frame][rows, 3] >= 0).all()
        assert (frames[1][:, 3] < 0).all()  # nobody


class TestPycocotools:
    def test_reads_results_and_finds_them_perfect(self, written, film, tmp_path):
        coco = pytest.importorskip("pycocotools.coco")
        cocoeval = pytest.importorskip("pycocotools.cocoeval")
        annotations = []
        for frame, _, poses in film:
            for keypoints in poses.keypoints if poses is not None else ():
                found = np.isfinite(keypoints[:, 0])
                values = np.where(found[:, None], np.nan_to_num(keypoints), 0)
                values[:, 2] = np.where(found, 2, 0)
                annotations.append(
                    {
                        "id": len(annotations) + 1,
                        "image_id": frame,
                        "category_id": 1,
                        "keypoints": values.ravel().astype(float).tolist(),
                        "num_keypoints": int(found.sum()),
                        "area": 60000.0,
                        "bbox": [100, 400, 200, 300],
                        "iscrowd": 0,
                    }
                )
        truth = tmp_path / "truth.json"
        truth.write_text(
            json.dumps(
                {
                    "info": {},
                    "images": [{"id": frame} for frame, *_ in film],
                    "categories": [{"id": 1, "name": "person"}],
                    "annotations": annotations,
                }
            )
        )
        labels = coco.COCO(str(truth))
        results = labels.loadRes(str(written("coco", film)))
        evaluation = cocoeval.COCOeval(labels, results, "keypoints")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
        assert evaluation.stats[0] == pytest.approx(1)


class TestStandardLibrary:
    def test_csv_reads_the_default(self, written, film):
        with written("csv", film).open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["frame"] for row in rows] == ["0", "0", "1", "2", "3", "3", "3", "5"]
        assert [row["person_id"] for row in rows] == ["0", "1", "", "", "2", "0", "1", "1"]
        same([rows[0]["nose_x"], rows[0]["nose_y"]], film[0][2].keypoints[0, 0, :2])

    def test_json_reads_each_line(self, written, film):
        lines = [json.loads(line) for line in written("jsonl", film).read_text().splitlines()]
        assert [line["frame"] for line in lines] == [0, 1, 2, 3, 5]
        assert lines[0]["people"][0]["keypoints"]["left_ear"] is None
        same(lines[0]["people"][0]["keypoints"]["nose"], film[0][2].keypoints[0, 0])

    def test_tabs_part_the_trc(self, written, film):
        folder = written("trc", film)
        assert sorted(file.name for file in folder.iterdir()) == [f"a_person{i}.trc" for i in (0, 1, 2)]
        lines = [line.split("\t") for line in (folder / "a_person1.trc").read_text().splitlines()]
        assert lines[0][:3] == ["PathFileType", "4", "(X/Y/Z)"]
        header = dict(zip(lines[1], lines[2], strict=True))
        assert (header["NumFrames"], header["NumMarkers"], header["DataRate"]) == ("6", "17", "25")
        assert lines[3][:3] == ["Frame#", "Time", "Nose"]
        assert lines[4][2:5] == ["X1", "Y1", "Z1"]
        assert {len(line) for line in lines[5:]} == {2 + 3 * 17}
        assert [line[0] for line in lines[5:]] == ["0", "1", "2", "3", "4", "5"]
        same(lines[5][2:4], film[0][2].keypoints[1, 0, :2])
        assert lines[6][2:] == [""] * 51
