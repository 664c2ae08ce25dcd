"""Damaged files that we wrote for ourselves: journals, spools, runs of trainings, caches and documents."""

import json
import random
import shutil
import sqlite3

import pytest

from swahr.document import DeleteId, Document, PlaceJoint, SwapIds
from tests.slow.damage import damaged, damaged_text
from tests.slow.writers import NETWORK, VIDEO, WRITERS, files, same_result

ENTRIES = 9  # of the journal, after which a run kills itself
HALVES = {
    "second pass": (*VIDEO, "-o", "out.csv", "--track-second-pass"),
    "document": (*VIDEO, "-o", "out.swahr"),
}
RUNTIMES = ("onnxruntime", "openvino")
# What programs, people and other versions leave in a table where it should not be.
FOREIGN = (
    None, -1, 0, 2**31, 2**63 - 1, -(2**63), 1e308, float("inf"), "", "x", "[", "null", "NaN", "[" * 5000,
    "\x00\x1b[2J", "9" * 400, "[[1,2],[3]]", b"", b"\xff\xfe\x00", b"[1]",
)  # fmt: skip
STATEMENTS = (
    "DROP TABLE {table}", "DELETE FROM {table}", "ALTER TABLE {table} RENAME TO other", "PRAGMA user_version = 99",
    "PRAGMA application_id = 5", "ALTER TABLE {table} RENAME COLUMN {column} TO other", "DROP VIEW found",
    "INSERT INTO {table} SELECT * FROM {table}",
)  # fmt: skip


def words(command, inputs):
    return [word.replace("{inputs}", str(inputs)) for word in command]


@pytest.fixture(scope="session")
def halves(runner, inputs, tmp_path_factory):
    """Make, of each kind of run, a folder as a killed one leaves it and one as it is when it is done."""
    made = {}
    for name, command in HALVES.items():
        half, whole = (tmp_path_factory.mktemp(part) for part in ("half", "whole"))
        killed = runner.start(*words(command, inputs), folder=half, eager=True, entries=ENTRIES).wait(120)
        assert killed.code == -9, killed.errors
        assert runner(*words(command, inputs), folder=whole).code == 0
        made[name] = half, whole
    return made


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("name", HALVES)
def test_a_run_whose_own_files_are_damaged_goes_on_right_or_is_refused(
    name, number, halves, runner, inputs, tmp_path
):
    half, whole = halves[name]
    folder = tmp_path / "half"
    shutil.copytree(half, folder)
    chosen = sorted(files(folder))[number % len(files(folder))]
    path = folder / chosen
    damage = damaged_text if path.suffix == ".journal" else damaged
    path.write_bytes(damage(path.read_bytes(), f"{name} {number}"))
    ended = runner(*words(HALVES[name], inputs), "--resume", folder=folder).check()
    result = folder / HALVES[name][HALVES[name].index("-o") + 1]
    assert result.exists() == (ended.code == 0)
    # A row of a partial document is a text like any other; all else has a sum, or is read as a whole.
    if ended.code == 0 and path.suffix == ".journal":
        same_result(result, whole / result.name)


@pytest.fixture(scope="session")
def training(runner, inputs, tmp_path_factory):
    """Make a run that was killed after its first checkpoint."""
    folder = tmp_path_factory.mktemp("training")
    running = runner.start(*WRITERS["training"].arguments(inputs), folder=folder)
    while not running.ended() and not (folder / "run" / "last.pt").exists():
        running.computed_s()
    running.kill()
    return folder


@pytest.mark.parametrize("number", range(20))
def test_a_training_whose_own_files_are_damaged_goes_on_or_is_refused(
    number, training, runner, inputs, tmp_path
):
    folder = tmp_path / "training"
    shutil.copytree(training, folder)
    names = sorted(each for each in files(folder) if (folder / each).is_file())
    path = folder / names[number % len(names)]
    damage = damaged if path.suffix in (".pt", ".safetensors") else damaged_text
    path.write_bytes(damage(path.read_bytes(), f"training {number}"))
    ended = runner(*WRITERS["training"].arguments(inputs, again=True), folder=folder).check()
    if ended.code == 0:
        entries = [json.loads(line) for line in (folder / "run" / "log.jsonl").read_text().splitlines()[-3:]]
        assert any(entry.get("step") == 20 for entry in entries)


@pytest.fixture(scope="session")
def caches(runner, inputs, tmp_path_factory):
    """Make, for each runtime, a folder of caches, and the rows that are found."""
    made = {}
    for runtime in RUNTIMES:
        pytest.importorskip(runtime)
        home, out = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("out")
        ended = runner(*cached(runtime, inputs), folder=out, environment={"SWAHR_HOME": str(home)})
        assert ended.code == 0, ended.errors
        made[runtime] = home, out / "out.csv"
    return made


def cached(runtime, inputs):
    network = [runtime if word == "torch" else word for word in NETWORK]
    return words(("images", "{inputs}/photos", *network, "-o", "out.csv"), inputs)


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_damaged_cache_is_noticed_and_made_anew(runtime, number, caches, runner, inputs, tmp_path):
    whole, rows = caches[runtime]
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    names = sorted(each for each in files(home) if (home / each).is_file())
    path = home / names[number % len(names)]
    path.write_bytes(damaged(path.read_bytes(), f"{runtime} {number}"))
    folder = tmp_path / "out"
    folder.mkdir()
    ended = runner(*cached(runtime, inputs), folder=folder, environment={"SWAHR_HOME": str(home)}).check()
    assert ended.code == 0, ended.errors
    assert (folder / "out.csv").read_bytes() == rows.read_bytes()


@pytest.fixture(scope="session")
def document(runner, inputs, tmp_path_factory):
    """Make a document with edits."""
    folder = tmp_path_factory.mktemp("document")
    ended = runner("convert", inputs / "long.csv", "a.swahr", folder=folder)
    assert ended.code == 0, ended.errors
    with Document.open(folder / "a.swahr") as opened:
        opened.do(PlaceJoint(frame=3, place=1, joint=5, x=7.5, y=8.5))
        opened.do(SwapIds(first=100, id=0, other=2))
        opened.do(DeleteId(first=50, id=1, last=60))
        opened.undo()
    return folder / "a.swahr"


def foreign(path, chance):
    """Put what does not belong there into a document: into cells, mostly."""
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        tables = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        table = chance.choice(tables)
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        column = chance.choice(columns)
        try:
            if chance.random() < 0.3:
                connection.execute(chance.choice(STATEMENTS).format(table=table, column=column))
            else:
                (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
                key = connection.execute(
                    f"SELECT {columns[0]} FROM {table} LIMIT 1 OFFSET {chance.randrange(max(1, count))}"
                ).fetchone()
                connection.execute(
                    f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {columns[0]} = ?",
                    (chance.choice(FOREIGN), *(key or (None,))),
                )
        except sqlite3.Error:  # its own rules forbid it
            connection.execute("PRAGMA user_version = 7")
    connection.close()


@pytest.mark.parametrize("number", range(60))
def test_a_damaged_document_is_read_or_refused(number, document, runner, tmp_path):
    path, chance = tmp_path / "a.swahr", random.Random(f"document {number}")
    shutil.copyfile(document, path)
    if number % 3 == 0:
        path.write_bytes(damaged(path.read_bytes(), f"document {number}"))
    elif number % 3 == 1:
        for _ in range(chance.randint(1, 3)):
            foreign(path, chance)
    else:  # as a crash leaves it: with a log of what is not in the file yet
        shutil.copyfile(document, tmp_path / "b.swahr")
        with sqlite3.connect(tmp_path / "b.swahr") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("UPDATE people SET score = 0.25")
            connection.commit()
            shutil.copyfile(tmp_path / "b.swahr", path)
            log = (tmp_path / "b.swahr-wal").read_bytes()
        connection.close()
        (tmp_path / "b.swahr").unlink()
        (tmp_path / "a.swahr-wal").write_bytes(damaged(log, f"document {number}"))
    ended = runner("convert", path.name, "out.csv", folder=tmp_path).check()
    left = files(tmp_path) - {"a.swahr", "a.swahr-wal", "a.swahr-shm"}
    assert left <= ({"out.csv"} if ended.code == 0 else {"out.csv.part"})
