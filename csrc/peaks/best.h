// The best of a joint's peaks.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "peaks/peaks.h"

namespace swahr {

struct FoundPeak {
  float heat;
  std::int32_t x, y;
};

// Hotter first, equal heats in row order.
inline bool hotter(const FoundPeak& a, const FoundPeak& b) {
  if (a.heat != b.heat) return a.heat > b.heat;
  return a.y != b.y ? a.y < b.y : a.x < b.x;
}

// Fill the joint's rows of `peaks` with the best of `found`, which is reordered.
inline void keep_best(std::vector<FoundPeak>& found, int joint, Peaks& peaks) {
  const auto keep = std::min(found.size(), static_cast<std::size_t>(peaks.best));
  std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(keep), found.end(), hotter);
  peaks.count[static_cast<std::size_t>(joint)] = static_cast<std::int32_t>(keep);
  for (std::size_t i = 0; i < keep; ++i) {
    const std::size_t slot = static_cast<std::size_t>(joint) * static_cast<std::size_t>(peaks.best) + i;
    peaks.heat[slot] = found[i].heat;
    peaks.xy[2 * slot] = found[i].x;
    peaks.xy[2 * slot + 1] = found[i].y;
  }
}

}  // namespace swahr
