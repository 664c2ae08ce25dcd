// What is computed for one cell: plain arithmetic, for the processor and a GPU.
#pragma once

#include <cstddef>

#include "common/host_device.h"
#include "paf/settings.h"

namespace swahr {

// Whether a cell is higher than those around it, or as high; nothing is beyond the border but 0. T: float or
// double.
template <class T>
SWAHR_HD inline bool is_paf_peak(const T* map, std::ptrdiff_t pitch, int height, int width, int x, int y,
                                 const PafRule& rule) {
  const T here = map[y * pitch + x];
  if (!(here > rule.min_peak)) return false;
  for (int dy = -1; dy <= 1; ++dy) {
    for (int dx = -1; dx <= 1; ++dx) {
      if ((dx == 0 && dy == 0) || (dx != 0 && dy != 0 && !rule.diagonal)) continue;
      const bool inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
      const T around = inside ? map[(y + dy) * pitch + x + dx] : T(0);
      if (rule.strict ? !(here > around) : !(here >= around)) return false;
    }
  }
  return true;
}

}  // namespace swahr
