"""The checkpoints of a run: the last, and the best, which is never worse than what the run started from."""

from dataclasses import dataclass, replace
from typing import Any

from swahr.errors import OutputError, SwahrError, first_line
from swahr.models.bundled import resolve
from swahr.models.calibration import NOTHING_FITTED, Calibration
from swahr.models.checkpoints import Checkpoint, load_checkpoint, save_checkpoint
from swahr.models.movenet_single import MoveNetSingle
from swahr.models.scorer import PersonScorer
from swahr.pose.skeleton import Skeleton
from swahr_training.config import TrainConfig
from swahr_training.loop.board import Board
from swahr_training.loop.run_folder import RunFolder
from swahr_training.loop.state import RunState
from swahr_training.loop.validation import Measured, Validation
from swahr_training.loop.watch import COLLAPSED, EARLY_STEPS, IN_A_ROW
from swahr_training.systems.base import system_of


@dataclass(frozen=True)
class Inherited:
    """What holds of a start's weights and of what becomes of them, as long as the joints are the same."""

    detection_threshold: float = 0.12
    scorer: PersonScorer | None = None
    second_stage: str | None = None
    card: dict[str, Any] | None = None
    calibration: Calibration = NOTHING_FITTED
    second_look: MoveNetSingle | None = None


def inherit(config: TrainConfig, skeleton: Skeleton) -> Inherited:
    """Return what a run's checkpoints have from its start."""
    if config.start_from is None:
        return Inherited()
    try:
        start = load_checkpoint(resolve(config.start_from))
    except SwahrError:  # a backbone alone
        return Inherited()
    card = {name: value for name, value in start.card.items() if name in ("name", "data", "licence", "trunk")}
    if start.skeleton.joints != skeleton.joints:
        return Inherited(card=card)
    return Inherited(
        start.detection_threshold,
        start.scorer,
        start.second_stage,
        card,
        start.calibration,
        start.second_look,
    )


class Checkpoints:
    """Writes and measures them; in all processes but the first it does neither.

    Args:
        config: As resolved.
        folder: Of the run.
        skeleton: Of the run.
        state: Of the run; what was measured is in its `watch`.
        validation: What AP is measured on; None where there is nobody to measure on.
        board: Gets figures and pictures.
    """

    def __init__(
        self,
        config: TrainConfig,
        folder: RunFolder,
        skeleton: Skeleton,
        state: RunState,
        validation: Validation | None,
        board: Board,
    ) -> None:
        self.config, self.folder, self.skeleton, self.state = config, folder, skeleton, state
        self.validation, self.board = validation, board
        self.inherited = inherit(config, skeleton)

    def begin(self) -> None:
        """Measure the start, or what a killed run had saved and not yet measured."""
        step = self.state.step
        if step == 0 and self.config.start_from is not None and self.validation is not None:
            self._measure(self._write_last())
        elif measured_at(self.config, step) and self.state.watch.measured_step != step and self.validation:
            self._measure(self._write_last())
            self.state.save(self.folder.last)

    def keep(self) -> None:
        """Write the last checkpoint and the state, and measure nothing."""
        self._write_last()
        self.state.save(self.folder.last)

    def save(self) -> None:
        """Write the last checkpoint and the state, then measure where that is due, and keep the best."""
        checkpoint = self._write_last()
        # Before anything is measured: whatever that meets, the run can go on from here.
        self.state.save(self.folder.last)
        if self.validation is None:
            save_checkpoint(self.folder.best, checkpoint)
        elif measured_at(self.config, self.state.step):
            self._measure(checkpoint)
            self.state.save(self.folder.last)
        self.board.add_pictures(checkpoint, self.state.step)

    @property
    def stopped(self) -> str:
        """Why the run ends before its last step; "" where it goes on."""
        watch, config = self.state.watch, self.config
        if config.patience and watch.without_gain >= config.patience:
            return (
                f"stopped at step {self.state.step}: no better AP in {config.patience} measurements in a row"
            )
        return ""

    @property
    def collapse(self) -> str:
        """What to say of a run that destroys what its start knew; "" of any other."""
        watch = self.state.watch
        if not (self.config.stop_on_collapse and watch.collapsed):
            return ""
        return (
            f"stopped at step {self.state.step}: AP has fallen from {watch.best_alone:.3f} to less than "
            f"{COLLAPSED:g} of that in {IN_A_ROW} measurements in a row, so this run destroys what its start knew; "
            f"{self.folder.best} is the best so far (step {watch.best_step}). Lower learning_rate, freeze more by "
            "rate_factors, or leave both to the preset"
        )

    def summary(self) -> str:
        """Return the line that ends a run."""
        watch, best = self.state.watch, self.folder.best
        if self.validation is None:
            return f"{best} is the last checkpoint: nobody is labelled to validate on"
        if watch.best_ap == 0:
            return f"{best} is the last checkpoint: none finds anybody yet (AP 0); resume it with more steps"
        if watch.start_ap is None:
            return f"best: AP {watch.best_ap:.3f} at step {watch.best_step}: {best}"
        if watch.best_step == 0:
            return f"best: the start itself, AP {watch.start_ap:.3f}; no checkpoint of this run is better: {best}"
        return f"best: AP {watch.best_ap:.3f} at step {watch.best_step}, the start had {watch.start_ap:.3f}: {best}"

    def finish(self, stopped: str) -> None:
        """Report how the run ended and what is best; write that for other runtimes where the settings ask for it."""
        notes = [stopped, self.summary()]
        if self.config.export:
            notes.append(self._export())
        for note in filter(None, notes):
            self.folder.report({"step": self.state.step, "note": note})

    def _export(self) -> str:
        """Write the best as ONNX. Returns what came of it: a run that has ended is not lost by this."""
        from swahr.inference.backends.onnx_export import export_onnx

        target = self.folder.best.with_suffix(".onnx")
        try:
            export_onnx(load_checkpoint(self.folder.best), target, None)
        except SwahrError as error:
            return f"{target} could not be written: {first_line(error)}"
        return f"wrote {target}"

    def _write_last(self) -> Checkpoint:
        weights = self.state.learnt(self.config.ema_decay > 0, self.config.start_part)
        card = {"steps": self.state.step}
        learnt = system_of(self.config).learnt(self.config, weights)
        checkpoint = Checkpoint(
            skeleton=self.skeleton,
            card=card if self.inherited.card is None else {**card, "start": self.inherited.card},
            detection_threshold=self.inherited.detection_threshold,
            scorer=self.inherited.scorer,
            second_stage=self.inherited.second_stage,
            calibration=self.inherited.calibration,
            **{"second_look": self.inherited.second_look, **learnt},
        )
        save_checkpoint(self.folder.exported, checkpoint)
        return checkpoint

    def _measure(self, checkpoint: Checkpoint) -> None:
        assert self.validation is not None
        step, watch = self.state.step, self.state.watch
        try:
            measured = self.validation.measure(self.folder.exported)
        except OutputError:
            raise
        except SwahrError as error:
            watch.measured_step = step
            self.folder.report({"step": step, "note": f"step {step}: no AP: {first_line(error)}"})
            return
        self.folder.report({"step": step, **measured.figures})
        self.board.add({"step": step, **measured.figures})
        if step == 0:
            watch.start_ap = measured.ap
        if watch.take(step, measured.ap, measured.learning):
            self._keep(checkpoint, measured)

    def _keep(self, checkpoint: Checkpoint, measured: Measured) -> None:
        """Write the best; it is refined by the second stage where people came out better with it."""
        stage = None if measured.second_stage is False else checkpoint.second_stage
        save_checkpoint(self.folder.best, replace(checkpoint, second_stage=stage))


def saved_at(config: TrainConfig, step: int) -> bool:
    """Whether a run is saved after a step."""
    return step % config.save_every == 0 or step == config.length or _early(config, step)


def measured_at(config: TrainConfig, step: int) -> bool:
    """Whether the checkpoint of a step is measured, where a run has something to measure on."""
    if step == config.length or _early(config, step):
        return True
    # At the first checkpoint after each multiple, so that a resumed run measures at the same steps.
    return (
        step > 0 and step % config.save_every == 0 and step % (config.evaluate_every or 1) < config.save_every
    )


def _early(config: TrainConfig, step: int) -> bool:
    return config.start_from is not None and config.stop_on_collapse and step in EARLY_STEPS
