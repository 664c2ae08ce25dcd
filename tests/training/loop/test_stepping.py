"""One step: precisions, accumulation, and what is not finite leaves no trace."""

import pytest
import torch

from swahr.pose.skeleton import COCO_17
from swahr_training.loop.processes import Processes
from swahr_training.loop.schedule import parameter_groups
from swahr_training.loop.start import start_model
from swahr_training.loop.state import Ema, RunState
from swahr_training.loop.stepping import TrainingStep
from swahr_training.loop.train import load_batches, load_training_data, make_loader
from swahr_training.samples.batches import Batch
from swahr_training.samples.photos import PhotoCache

pytestmark = pytest.mark.usefixtures("one_thread")


ALONE = Processes(0, 1, torch.device("cpu"))


def make_step(config, frozen_norms=False, first_scale=2.0**16):
    torch.manual_seed(config.seed)
    model = start_model(config, COCO_17, lambda _: None)
    model.train(not frozen_norms)
    optimiser = torch.optim.AdamW(parameter_groups(model, config))
    scaler = torch.amp.GradScaler("cpu", first_scale, enabled=config.precision == "float16")
    state = RunState(model, Ema(model, 0.9), optimiser, scaler)
    return TrainingStep(config, state, model, model, ALONE)


def batches_of(config):
    return load_batches(config, make_loader(config, load_training_data(config), ALONE), 0, ALONE.device)


def gradients(step):
    return {name: p.grad.clone() for name, p in step.state.model.named_parameters()}


def test_accumulated_batches_give_the_gradient_of_one_large_batch(tiny_config):
    config = tiny_config(batch_size=4, clip_norm=1e9)
    parts = config.model_copy(update={"batch_size": 2, "accumulate": 2})
    large, small = make_step(config, frozen_norms=True), make_step(parts, frozen_norms=True)
    assert large(batches_of(config)).terms
    assert small(batches_of(parts)).terms
    expected = gradients(large)
    for name, gradient in gradients(small).items():
        # Sums in another order: rounding is relative to the largest.
        largest = expected[name].abs().max()
        assert (gradient - expected[name]).abs().max() <= 1e-4 * largest + 1e-9, name


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "float16"])
def test_every_precision_learns(tiny_config, precision):
    # Convolutions in float16 are slow on a CPU: one photo, again and again, and a scale that need not be found.
    config = tiny_config(
        precision=precision,
        steps=30,
        batch_size=1,
        warmup_steps=0,
        learning_rate=5e-3,
    )
    step = make_step(config, first_scale=2.0**10)
    photo, losses = next(batches_of(config)), []
    for _ in range(config.steps):
        terms, bad = step(iter([photo]))
        assert not bad
        losses.append(float(terms[0].heatmap.detach().sum(0).mean()))
        step.state.step += 1
    assert sum(losses[-5:]) < 0.8 * sum(losses[:5]), losses
    assert all(p.dtype == torch.float32 for p in step.state.model.parameters())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of torch's own modules
def test_a_compiled_network_gives_the_same_gradient(tiny_config):
    plain, compiled = make_step(tiny_config()), make_step(tiny_config())
    # Captured as graphs, but not translated to C++, which takes minutes.
    compiled.network = torch.compile(compiled.state.model, backend="eager")
    assert plain(batches_of(plain.config)).terms
    assert compiled(batches_of(plain.config)).terms
    expected = gradients(plain)
    for name, gradient in gradients(compiled).items():
        torch.testing.assert_close(gradient, expected[name])


def spoiled(batch):
    heatmaps = [batch.heatmaps[0].clone(), batch.heatmaps[1]]
    heatmaps[0][0, 0, 0, 0] = torch.nan
    return Batch(batch.images, heatmaps, batch.masks, batch.tags, batch.names)


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_batch_whose_loss_is_not_finite_is_named_and_changes_nothing(tiny_config, accumulate):
    step = make_step(tiny_config(accumulate=accumulate, steps=20))
    batches = batches_of(step.config)
    step(batches)
    before = {name: value.clone() for name, value in step.state.model.state_dict().items()}
    moments = str(step.state.optimiser.state_dict())
    good = [next(batches) for _ in range(accumulate)]
    terms, bad = step(iter([*good[1:], spoiled(good[0])]))
    assert not terms
    assert bad == f"loss not finite; photos: {', '.join(good[0].names)}"
    for name, value in step.state.model.state_dict().items():
        assert torch.equal(value, before[name]), name
    assert str(step.state.optimiser.state_dict()) == moments
    assert step(batches).terms


def test_a_gradient_that_no_scale_makes_finite_is_named_with_float16_too(tiny_config):
    step = make_step(
        tiny_config(precision="float16", batch_size=1),
        first_scale=4.0,
    )
    batches = batches_of(step.config)
    name, poisoned = next(iter(step.state.model.named_parameters()))
    poisoned.register_hook(lambda gradient: gradient * torch.nan)
    before = poisoned.detach().clone()
    results = [step(batches) for _ in range(4)]
    assert not results[0].bad  # the scaler's to handle
    assert results[-1].bad.startswith("gradient not finite; photos: ")
    assert torch.equal(poisoned, before), name


def test_photos_are_decoded_once_as_far_as_memory_is_allowed(tiny_config):
    photos = load_training_data(tiny_config()).photos
    one = 72 * 96 * 3
    cache = PhotoCache(2.5 * one)
    first = [cache(photo) for photo in photos]
    again = [cache(photo) for photo in photos]
    assert [a is b for a, b in zip(first, again, strict=True)] == [True, True, False, False, False, False]
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert cache.held_bytes == 2 * one
