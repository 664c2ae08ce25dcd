"""What is seen of an id in each column of the timeline, however far it is zoomed."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from swahr_app.review.lanes import BY_HAND, SEEN, Lane

FRAMES = st.lists(st.integers(0, 60), max_size=40, unique=True).map(sorted)


def lane_of(frames, seed):
    random = np.random.default_rng(seed)
    states = random.integers(SEEN, BY_HAND + 1, len(frames)).astype(np.uint8)
    scores = random.random(len(frames)).astype(np.float32)
    return Lane(1, np.asarray(frames, np.int64), scores, states, np.zeros(0, np.int64))


@settings(max_examples=200, deadline=None)
@given(
    frames=FRAMES,
    seed=st.integers(0, 99),
    first=st.integers(-20, 60),
    count=st.floats(0.7, 90),
    wide=st.integers(1, 30),
)
def test_a_column_shows_the_greatest_of_its_frames_and_the_lowest_score(frames, seed, first, count, wide):
    lane = lane_of(frames, seed)
    edges = first + np.arange(wide + 1) / wide * count
    states, lowest = lane.columns(edges), lane.lowest(edges)
    assert (len(states), len(lowest)) == (wide, wide)
    for column, (left, right) in enumerate(pairwise(edges)):
        reached = (lane.frames < right) & (lane.frames + 1 > left)
        assert states[column] == max(lane.states[reached], default=0)
        middles = (lane.frames + 0.5 >= left) & (lane.frames + 0.5 < right)
        assert lowest[column] == min(lane.scores[middles], default=np.inf)
