"""All that can be done on the review page, with texts and keys: buttons, menu and help are made of this table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PyQt6.QtCore import QCoreApplication

from swahr_app.review.events import Events
from swahr_app.review.hand import Hand
from swahr_app.review.tools import ANGLE, DISTANCE, Tools

FAR = 10  # pixels of a large step of a joint
PAN = 0.25  # of what is seen


@dataclass(frozen=True)
class Command:
    """Something that can be done. group: where it stands in the menu. also: another key, of other programs' users."""

    name: str
    text: str
    key: str
    act: Callable[[], None]
    group: str
    also: str = ""

    @property
    def tip(self) -> str:
        """What a tool tip says."""
        return _tr("{} ({})").format(self.text, self.key)


@dataclass(frozen=True)
class Views:
    """What commands do to what is seen.

    zoom: of the picture, and zoom_time: of the timeline, by a factor; 0 shows all. pan: the picture, by parts of what
    is seen, right and down. next_plot: the next kind of plot. values: shows or hides the table of values.
    """

    zoom: Callable[[float], None]
    pan: Callable[[float, float], None]
    zoom_time: Callable[[float], None]
    next_plot: Callable[[], None]
    values: Callable[[], None]


def all_commands(hand: Hand, events: Events, tools: Tools, views: Views) -> list[Command]:
    """Return the table."""
    return [
        *_going(hand, events),
        *_choosing(hand),
        *_joints(hand),
        *_people(hand),
        *_naming(events),
        *_measuring(tools, views),
        *_seeing(hand, views),
    ]


def _going(hand: Hand, events: Events) -> list[Command]:
    session = hand.session
    return [
        _command("go", "play", _tr("Play or pause"), "Space", hand.play),
        _command("go", "next", _tr("One frame on"), "Right", lambda: hand.step(1)),
        _command("go", "back", _tr("One frame back"), "Left", lambda: hand.step(-1)),
        _command("go", "jump_on", _tr("One second on"), "Shift+Right", lambda: hand.jump(1)),
        _command("go", "jump_back", _tr("One second back"), "Shift+Left", lambda: hand.jump(-1)),
        _command("go", "start", _tr("To the first frame"), "Home", lambda: hand.go(0)),
        _command("go", "end", _tr("To the last frame"), "End", lambda: hand.go(session.frame_count - 1)),
        _command("go", "doubtful", _tr("Next doubtful frame"), "N", hand.next_doubtful),
        _command(
            "go", "doubtful_back", _tr("Doubtful frame before"), "Shift+N", lambda: hand.next_doubtful(False)
        ),
        _command("go", "gap", _tr("Next gap"), "G", hand.next_gap),
        _command("go", "gap_back", _tr("Gap before"), "Shift+G", lambda: hand.next_gap(False)),
        _command("go", "swap", _tr("Next swap of left and right"), "X", hand.next_swap),
        _command(
            "go", "swap_back", _tr("Swap of left and right before"), "Shift+X", lambda: hand.next_swap(False)
        ),
        _command("go", "event", _tr("Next event"), "K", events.jump),
        _command("go", "event_back", _tr("Event before"), "Shift+K", lambda: events.jump(False)),
        _command("go", "in", _tr("Mark in"), "I", lambda: session.set_mark(0)),
        _command("go", "out", _tr("Mark out"), "O", lambda: session.set_mark(1)),
        _command("go", "unmark", _tr("Remove the marks"), "Shift+O", session.remove_marks),
    ]


def _choosing(hand: Hand) -> list[Command]:
    return [
        _command("who", "person", _tr("Next person"), ".", lambda: hand.choose_person(1)),
        _command("who", "person_back", _tr("Person before"), ",", lambda: hand.choose_person(-1)),
        _command("who", "joint", _tr("Next joint"), "Down", lambda: hand.choose_joint(1)),
        _command("who", "joint_back", _tr("Joint before"), "Up", lambda: hand.choose_joint(-1)),
        _command("who", "nobody", _tr("Choose nobody"), "Backspace", lambda: hand.session.choose(None)),
    ]


def _joints(hand: Hand) -> list[Command]:
    moves = []
    for name, text, key, x, y in (
        ("left", _tr("Joint to the left"), "Left", -1, 0),
        ("right", _tr("Joint to the right"), "Right", 1, 0),
        ("up", _tr("Joint up"), "Up", 0, -1),
        ("down", _tr("Joint down"), "Down", 0, 1),
    ):
        far, act = _tr("{}, {} pixels").format(text, FAR), partial(hand.move_joint, FAR * x, FAR * y)
        moves.append(_command("fix", f"move_{name}", text, f"Alt+{key}", partial(hand.move_joint, x, y)))
        moves.append(_command("fix", f"move_{name}_far", far, f"Alt+Shift+{key}", act))
    return [
        *moves,
        _command("fix", "add_joint", _tr("Add the joint"), "J", hand.add_joint),
        _command("fix", "hide_joint", _tr("Hide or show the joint"), "H", hand.hide_joint),
        _command("fix", "delete_joint", _tr("Delete the joint"), "Delete", hand.delete_joint),
    ]


def _people(hand: Hand) -> list[Command]:
    return [
        _command("fix", "add_person", _tr("Add a person"), "A", hand.add_person),
        _command("fix", "delete_person", _tr("Delete the person here"), "Shift+Delete", hand.delete_person),
        _command("fix", "swap_sides", _tr("Swap left and right here"), "L", hand.swap_sides),
        _command("fix", "interpolate", _tr("Fill between corrected frames"), "B", hand.interpolate),
        _command("ids", "swap_ids", _tr("Swap ids from here on"), "S", hand.swap_ids),
        _command("ids", "merge_ids", _tr("Merge the other id into this"), "M", hand.merge_ids),
        _command("ids", "cut_id", _tr("Cut: a new id from here on"), "C", hand.cut_id),
        _command("ids", "rename_id", _tr("Rename from here on"), "R", hand.rename_id),
        _command(
            "ids", "swap_sides_on", _tr("Swap left and right from here on"), "Shift+L", hand.swap_sides_on
        ),
        _command("ids", "delete_on", _tr("Delete the person from here on"), "Ctrl+Delete", hand.delete_on),
    ]


def _naming(events: Events) -> list[Command]:
    return [
        _command("events", "add_event", _tr("Name this frame…"), "E", events.add),
        _command("events", "rename_event", _tr("Rename the event here…"), "Shift+E", events.rename),
        _command("events", "delete_event", _tr("Delete the event here"), "Ctrl+Backspace", events.delete),
        _command("events", "event_on", _tr("Event one frame on"), "Ctrl+Shift+Right", lambda: events.move(1)),
        _command(
            "events", "event_off", _tr("Event one frame back"), "Ctrl+Shift+Left", lambda: events.move(-1)
        ),
    ]


def _measuring(tools: Tools, views: Views) -> list[Command]:
    return [
        _command("measure", "distance", _tr("Distance of two joints"), "V", lambda: tools.read_out(DISTANCE)),
        _command("measure", "angle", _tr("Angle at a joint"), "Shift+V", lambda: tools.read_out(ANGLE)),
        _command("measure", "unread", _tr("Remove the last read-out"), "W", tools.remove_readout),
        _command("measure", "scale", _tr("Scale: a line of known length…"), "Y", tools.draw_scale),
        _command("measure", "unscale", _tr("Remove the scale"), "Shift+Y", tools.remove_scale),
        _command("measure", "plot", _tr("Next plot: position, speed, angle, none"), "P", views.next_plot),
        _command("measure", "values", _tr("Table of values"), "T", views.values),
    ]


def _seeing(hand: Hand, views: Views) -> list[Command]:
    return [
        _command("edit", "undo", _tr("Undo"), "Ctrl+Z", hand.session.undo),
        Command("review_redo", _tr("Redo"), "Ctrl+Shift+Z", hand.session.redo, "edit", "Ctrl+Y"),
        _command("view", "zoom_in", _tr("Larger picture"), "+", lambda: views.zoom(1.25)),
        _command("view", "zoom_out", _tr("Smaller picture"), "-", lambda: views.zoom(0.8)),
        _command("view", "zoom_fit", _tr("Whole picture"), "0", lambda: views.zoom(0)),
        _command("view", "pan_left", _tr("Picture: look left"), "Ctrl+Left", lambda: views.pan(-PAN, 0)),
        _command("view", "pan_right", _tr("Picture: look right"), "Ctrl+Right", lambda: views.pan(PAN, 0)),
        _command("view", "pan_up", _tr("Picture: look up"), "Ctrl+Up", lambda: views.pan(0, -PAN)),
        _command("view", "pan_down", _tr("Picture: look down"), "Ctrl+Down", lambda: views.pan(0, PAN)),
        _command("view", "lanes_in", _tr("Zoom into the timeline"), "Ctrl++", lambda: views.zoom_time(0.5)),
        _command("view", "lanes_out", _tr("Zoom out of the timeline"), "Ctrl+-", lambda: views.zoom_time(2)),
        _command("view", "lanes_fit", _tr("Whole timeline"), "Ctrl+0", lambda: views.zoom_time(0)),
    ]


def _command(group: str, name: str, text: str, key: str, act: Callable[[], None]) -> Command:
    return Command(f"review_{name}", text, key, act, group)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Review", text)
