from swahr import __version__


def test_the_report_names_what_a_bug_report_needs(call):
    result = call("doctor")
    assert result.code == 0
    report = dict(line.split(maxsplit=1) for line in result.output.splitlines())
    assert report["swahr"] == __version__
    for name in (
        "python",
        "torch",
        "numpy",
        "av",
        "native",
        "cpu",
        "cuda",
        "gpu",
        "precision",
        "runtime",
        "ffmpeg",
        "h264",
        "bundled",
    ):
        assert report[name]
    assert "libavcodec" in report["ffmpeg"]
    assert "default" in report["bundled"]
    networks = report["second"].split()[1:]  # its name is two words: second stage
    assert networks == ["blazepose-full,", "thunder"]


def test_an_absent_package_is_said_and_no_fault(call, monkeypatch):
    monkeypatch.setattr("swahr.commands.doctor.PACKAGES", ("no-such-package",))
    result = call("doctor")
    assert result.code == 0
    assert "no-such-package not installed" in result.output


def test_libraries_that_qt_misses_are_named_with_what_brings_them(call, monkeypatch):
    monkeypatch.setattr(
        "swahr.commands.doctor.missing_libraries", lambda: ["libEGL.so.1", "libxcb-cursor.so.0"]
    )
    line = next(line for line in call("doctor").output.splitlines() if line.startswith("window"))
    assert "libxcb-cursor.so.0" in line
    assert "apt-get install libegl1 libxcb-cursor0" in line


def test_the_webcam_offers_no_frame_rate_which_it_would_refuse(call):
    result = call("webcam", "--help")
    assert result.code == 0
    assert "--rotate" in result.output
    assert "--fps" not in result.output
