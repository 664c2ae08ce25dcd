#include "refine/bounds.h"

#include <cstddef>

namespace swahr {

SWAHR_DISPATCH
void value_bounds(const float* heat, const float* low, const float* high, const float* mean, int channels, int boxes,
                  float* bound) {
  for (int i = 0; i < boxes; ++i) bound[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* lows = low + static_cast<std::ptrdiff_t>(t) * boxes;
    const float* highs = high + static_cast<std::ptrdiff_t>(t) * boxes;
    for (int i = 0; i < boxes; ++i) bound[i] += squared_distance_to_box(lows[i], highs[i], mean[t]);
  }
  for (int i = 0; i < boxes; ++i) bound[i] = heat[i] - rounded_distance(bound[i]);
}

SWAHR_DISPATCH
int next_reaching(const float* bound, int start, int count, float value) {
  constexpr int kChunk = 64;
  for (; start + kChunk <= count; start += kChunk) {
    int reached = 0;
    for (int i = 0; i < kChunk; ++i) reached |= bound[start + i] >= value;
    if (reached) break;
  }
  while (start < count && !(bound[start] >= value)) ++start;
  return start;
}

}  // namespace swahr
