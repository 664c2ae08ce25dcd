// What is computed for one cell: plain arithmetic, for the processor and a GPU.
#pragma once

#include <cmath>
#include <cstddef>

#include "common/host_device.h"
#include "paf/settings.h"

namespace swahr {

// Edges are mirrored, the edge cell twice.
SWAHR_HD inline int mirrored(int place, int size) {
  if (place < 0 && place >= -size) return -1 - place;
  if (place >= 0 && place < size) return place;
  const int period = 2 * size;
  place = ((place % period) + period) % period;
  return place < size ? place : period - 1 - place;
}

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

SWAHR_HD inline bool is_near(int dx, int dy, double distance) {
  const double x = dx, y = dy;
  return sqrt(x * x + y * y) < distance;
}

// Where a peak's joint is: the cell, or by the rule the mean of the cells around it, each by its value where
// that is above 0, in whole cells from the map's corner; the middle of the cell where none is, as a blurred
// map may have its peaks beside what they come from.
SWAHR_HD inline void place_of_peak(const float* map, const PafMaps& maps, const PafRule& rule, int x, int y,
                                   double* xy) {
  xy[0] = x;
  xy[1] = y;
  const int radius = rule.centroid;
  if (radius <= 0) return;
  const int x0 = x > radius ? x - radius : 0, y0 = y > radius ? y - radius : 0;
  const int x1 = x + radius < maps.width ? x + radius + 1 : maps.width,
            y1 = y + radius < maps.height ? y + radius + 1 : maps.height;
  double total = 0, x_sum = 0, y_sum = 0;
  for (int row = y0; row < y1; ++row) {
    for (int column = x0; column < x1; ++column) {
      const float here = map[static_cast<std::ptrdiff_t>(row) * maps.width + column];
      const double value = here > 0 ? here : 0.0f;
      total += value;
      x_sum += value * column;
      y_sum += value * row;
    }
  }
  xy[0] = (total > 0 ? x_sum / total : x) + 0.5;
  xy[1] = (total > 0 ? y_sum / total : y) + 0.5;
}

}  // namespace swahr
