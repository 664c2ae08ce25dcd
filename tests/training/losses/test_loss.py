"""The loss against the published code's figures, its ablations against plain formulas."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr.errors import SettingError, SwahrError
from swahr_training.loss import SwahrLoss, tag_loss

GOLDEN = np.load(Path(__file__).parents[2] / "golden" / "loss.npz")


def golden(name):
    return torch.from_numpy(GOLDEN[name])


def golden_inputs():
    outputs = [golden("out0").requires_grad_(), golden("out1").requires_grad_()]
    targets = [golden("heatmap0"), golden("heatmap1")], [golden("mask0"), golden("mask1")]
    return outputs, *targets, golden("tagidx0").long()


@pytest.mark.parametrize(("form", "prefix"), [("exp", "exp"), ("hinge", "max")])
def test_terms_and_gradients_equal_the_published_codes(form, prefix):
    outputs, heatmaps, masks, tags = golden_inputs()
    terms = SwahrLoss(push_form=form)(outputs, heatmaps, masks, tags)
    terms.total.backward()
    for name in ("heatmap", "scale", "push", "pull", "total"):
        torch.testing.assert_close(getattr(terms, name), golden(f"{prefix}_{name}"), rtol=1e-5, atol=1e-9)
    for stage, output in enumerate(outputs):
        expected = golden(f"{prefix}_grad{stage}")
        assert (output.grad - expected).abs().max() <= 1e-5 * expected.abs().max()


@pytest.mark.parametrize("scale_adaptive", [False, True])
@pytest.mark.parametrize("weight_adaptive", [False, True])
def test_each_ablation_is_the_papers_formula(scale_adaptive, weight_adaptive):
    """The plain formula over the whole map, against the loss that runs logarithms on the foreground alone."""
    outputs, heatmaps, masks, tags = golden_inputs()
    terms = SwahrLoss(scale_adaptive, weight_adaptive)(outputs, heatmaps, masks, tags)
    k = heatmaps[0].shape[1]
    for stage, (g, mask) in enumerate(zip(heatmaps, masks, strict=True)):
        s = outputs[stage][:, :k] * (g > 0) * scale_adaptive
        p = outputs[stage][:, k : 2 * k]
        log_g = torch.where(g > 0, g, torch.ones(())).log()
        adapted = g + g * log_g * s + g * log_g**2 * s**2 / 2
        w = (1 - p).abs() * g**0.01 + p.abs() * (1 - g**0.01) if weight_adaptive else torch.ones_like(p)
        expected = (mask[:, None] * w * (p - adapted) ** 2).mean(dim=(1, 2, 3))
        torch.testing.assert_close(terms.heatmap[stage], expected, rtol=1e-5, atol=1e-9)
        torch.testing.assert_close(
            terms.scale[stage], (mask[:, None] * s**2).mean(dim=(1, 2, 3)), rtol=1e-5, atol=1e-9
        )


def test_a_mask_a_joint_equals_the_shared_mask_when_all_joints_share_it():
    outputs, heatmaps, masks, tags = golden_inputs()
    shared = SwahrLoss()(outputs, heatmaps, masks, tags)
    apart = [mask[:, None].expand(-1, 17, -1, -1).bool() for mask in masks]
    for masks_of_joints in (apart, [mask.contiguous() for mask in apart]):
        assert torch.equal(SwahrLoss()(outputs, heatmaps, masks_of_joints, tags).total, shared.total)


def test_a_masked_joint_gets_no_gradient():
    outputs, heatmaps, masks, tags = golden_inputs()
    joint_masks = [mask[:, None].repeat(1, 17, 1, 1) for mask in masks]
    for mask in joint_masks:
        mask[:, 5] = 0
    SwahrLoss()(outputs, heatmaps, joint_masks, tags).total.backward()
    assert outputs[1].grad[:, 17 + 5].abs().max() == 0
    assert outputs[1].grad[:, 17 + 6].abs().max() > 0


def test_the_scale_map_of_an_untrained_network_leaves_the_target_alone():
    outputs, heatmaps, masks, tags = golden_inputs()
    zeroed = [torch.cat([torch.zeros_like(o[:, :17]), o[:, 17:]], dim=1) for o in outputs]
    with_scales = SwahrLoss()(zeroed, heatmaps, masks, tags)
    without = SwahrLoss(scale_adaptive=False)(outputs, heatmaps, masks, tags)
    torch.testing.assert_close(with_scales.heatmap, without.heatmap)


def test_scale_adaptive_loss_refuses_a_network_without_scale_heads():
    outputs, heatmaps, masks, tags = golden_inputs()
    plain = [o[:, 17:] for o in outputs]
    with pytest.raises(SettingError, match="scale heads"):
        SwahrLoss()(plain, heatmaps, masks, tags)
    assert torch.isfinite(SwahrLoss(scale_adaptive=False)(plain, heatmaps, masks, tags).total)


def test_outputs_that_do_not_fit_the_joints_are_refused():
    outputs, heatmaps, masks, tags = golden_inputs()
    with pytest.raises(SwahrError, match="num_joints"):
        SwahrLoss()([o[:, :-1] for o in outputs], heatmaps, masks, tags)


@pytest.mark.parametrize("push_over", ["pairs", "people"])
@settings(max_examples=40, deadline=None)
@given(
    people=st.lists(st.lists(st.booleans(), min_size=4, max_size=4), max_size=6),
    dims=st.integers(1, 3),
    seed=st.integers(0, 2**16),
)
def test_tag_loss_equals_a_loop_over_people(push_over, people, dims, seed):
    random = np.random.default_rng(seed)
    tags = torch.from_numpy(random.normal(size=(1, dims, 4, 5, 6)))
    indices = torch.zeros(1, 8, 4, 2, dtype=torch.int64)
    means, spreads = [], []
    for row, used in enumerate(people):
        values = []
        for joint in np.flatnonzero(used):
            y, x = random.integers(5), random.integers(6)
            indices[0, row, joint] = torch.tensor([(joint * 5 + y) * 6 + x, 1])
            values.append(tags[0, :, joint, y, x].numpy())
        if values:
            means.append(np.mean(values, axis=0))
            spreads.append(np.mean(np.sum((np.asarray(values) - means[-1]) ** 2, axis=1)))
    push, pull = tag_loss(tags.flatten(1, 2), indices, num_joints=4, push_over=push_over)
    n = len(means)
    pairs = [
        np.exp(-np.sum((a - b) ** 2)) for i, a in enumerate(means) for j, b in enumerate(means) if i != j
    ]
    over = n * (n - 1) if push_over == "pairs" else n
    assert float(pull) == pytest.approx(np.mean(spreads) if n else 0, abs=1e-9)
    assert float(push) == pytest.approx(0.5 * sum(pairs) / over if n > 1 else 0, abs=1e-6)
