// Where a peak lies between cells, and how wide it is: bodies that the processor and the CUDA kernels share.
//
// A cell is a pixel of the middle size, that of the finest stage: between cells the input's pixels are
// interpolated and say nothing new. K joints; positions and spreads are pixels of the input.
#pragma once

#include <cmath>
#include <cstdint>

#include "common/maps.h"

namespace swahr {

// Subpixel of the settings.
constexpr int kQuarter = 0, kParabola = 1, kGaussian = 2;

// The spread is measured over so many cells on each side.
constexpr int kSpreadReach = 3;
// Of the values whose logarithm is taken.
constexpr float kFaint = 1e-4f;

struct Position {
  float x, y;
};

// Second moments about the mean: of x, of x and y, of y.
struct Spread {
  float xx, xy, yy;
};

// The cell that a pixel's centre lies in.
SWAHR_HD inline int cell_of(int pixel, int pixels, int cells) {
  return static_cast<int>((2 * static_cast<std::int64_t>(pixel) + 1) * cells /
                          (2 * static_cast<std::int64_t>(pixels)));
}

SWAHR_HD inline int within(int place, int count) {
  const int low = place > 0 ? place : 0;
  return low < count ? low : count - 1;
}

SWAHR_HD inline float clamp_half(float value) {
  const float low = value > -0.5f ? value : -0.5f;
  return low < 0.5f ? low : 0.5f;
}

// The place of the peak of a parabola through three values, cells from the middle one; of their logarithms it
// is that of a Gaussian. curved: whether the middle is the top of a curve.
SWAHR_HD inline float top_of(float before, float here, float after, bool logarithms, bool& curved) {
  if (logarithms) {
    before = logf(before > kFaint ? before : kFaint);
    here = logf(here > kFaint ? here : kFaint);
    after = logf(after > kFaint ? after : kFaint);
  }
  const float curvature = (after - here) + (before - here);
  curved = curvature < 0.0f;
  return curved ? clamp_half((before - after) / (2.0f * curvature)) : 0.0f;
}

// How far a pixel that is no peak leans to its larger neighbour, at most half a pixel.
SWAHR_HD inline float lean(float before, float here, float after) {
  const float low = before > 0.0f ? before : 0.0f, high = after > 0.0f ? after : 0.0f;
  const float sum = low + high + (here > 0.0f ? here : 0.0f);
  return sum > 0.0f ? clamp_half((high - low) / sum) : 0.0f;
}

// The place of the peak at a pixel: on each axis the top of a curve through three cells, where the cell is
// the highest of nine; elsewhere, as for joints that tags hold back from a peak, the pixel's middle with a
// lean. Half a pixel is added, as by with_quarter.
SWAHR_HD inline Position with_subpixel(const Stack& heatmaps, int image, int joint, int x, int y,
                                       int subpixel) {
  const MapSize cells = heatmaps.middle, pixels = heatmaps.outer;
  const int column = cell_of(x, pixels.width, cells.width), row = cell_of(y, pixels.height, cells.height);
  float value[3][3];
  bool highest = true;
  for (int i = 0; i < 9; ++i) {
    value[i / 3][i % 3] = heatmaps.middle_at(joint, within(column + i % 3 - 1, cells.width),
                                             within(row + i / 3 - 1, cells.height), image);
  }
  for (int i = 0; i < 9; ++i) highest = highest && value[i / 3][i % 3] <= value[1][1];
  bool curved_x = false, curved_y = false;
  const bool logarithms = subpixel == kGaussian;
  const float right = top_of(value[1][0], value[1][1], value[1][2], logarithms, curved_x);
  const float down = top_of(value[0][1], value[1][1], value[2][1], logarithms, curved_y);
  if (highest && curved_x && curved_y) {
    const float wide = static_cast<float>(pixels.width) / static_cast<float>(cells.width);
    const float high = static_cast<float>(pixels.height) / static_cast<float>(cells.height);
    return {(static_cast<float>(column) + 0.5f + right) * wide,
            (static_cast<float>(row) + 0.5f + down) * high};
  }
  const auto at = [&](int px, int py) {
    return heatmaps.at(joint, within(px, pixels.width), within(py, pixels.height), image);
  };
  const float here = at(x, y);
  return {static_cast<float>(x) + 0.5f + lean(at(x - 1, y), here, at(x + 1, y)),
          static_cast<float>(y) + 0.5f + lean(at(x, y - 1), here, at(x, y + 1))};
}

// How wide the peak at a pixel is: the moments of the values around its cell, negative ones as 0.
SWAHR_HD inline Spread spread_at(const Stack& heatmaps, int image, int joint, int x, int y) {
  const MapSize cells = heatmaps.middle, pixels = heatmaps.outer;
  const int column = cell_of(x, pixels.width, cells.width), row = cell_of(y, pixels.height, cells.height);
  float sum = 0.0f, sx = 0.0f, sy = 0.0f, sxx = 0.0f, sxy = 0.0f, syy = 0.0f;
  for (int j = -kSpreadReach; j <= kSpreadReach; ++j) {
    if (row + j < 0 || row + j >= cells.height) continue;
    for (int i = -kSpreadReach; i <= kSpreadReach; ++i) {
      if (column + i < 0 || column + i >= cells.width) continue;
      const float found = heatmaps.middle_at(joint, column + i, row + j, image);
      const float weight = found > 0.0f ? found : 0.0f;
      const auto right = static_cast<float>(i), down = static_cast<float>(j);
      sum += weight;
      sx += weight * right;
      sy += weight * down;
      sxx += weight * right * right;
      sxy += weight * right * down;
      syy += weight * down * down;
    }
  }
  if (!(sum > 0.0f)) return {0.0f, 0.0f, 0.0f};
  const float wide = static_cast<float>(pixels.width) / static_cast<float>(cells.width);
  const float high = static_cast<float>(pixels.height) / static_cast<float>(cells.height);
  const float mx = sx / sum, my = sy / sum;
  return {(sxx / sum - mx * mx) * wide * wide, (sxy / sum - mx * my) * wide * high,
          (syy / sum - my * my) * high * high};
}

}  // namespace swahr
