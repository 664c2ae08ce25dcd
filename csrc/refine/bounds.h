// Bounds of what refine maximises, for many boxes of pixels at once.
#pragma once

#include "common/dispatch.h"
#include "refine/value.h"

namespace swahr {

// bound[i] = heat[i] - round(distance from `mean` to the box of tags [low, high] of box i): no pixel of the box
// has a larger value, as each step is monotone in float arithmetic too. low, high: [T, boxes].
void value_bounds(const float* heat, const float* low, const float* high, const float* mean, int channels, int boxes,
                  float* bound);

// The first index from `start` on whose bound reaches `value`, or `count`.
int next_reaching(const float* bound, int start, int count, float value);

}  // namespace swahr
