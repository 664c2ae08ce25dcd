// A Gaussian's weights and the mirrored edges that it sees, and what is blurred by it, in double.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "common/grid.h"
#include "paf_peaks/cell.h"

namespace swahr {

constexpr double kGaussianReach = 4.0;  // standard deviations

// [2 radius + 1], whose sum is 1.
inline std::vector<double> gaussian(double sigma) {
  const int radius = static_cast<int>(std::floor(kGaussianReach * sigma + 0.5));
  std::vector<double> weights(2 * static_cast<std::size_t>(radius) + 1);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double away = (static_cast<double>(i) - radius) / sigma;
    weights[i] = std::exp(-0.5 * away * away);
  }
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= sum;
  return weights;
}

// The blurred values of a box of the map, [box.height, box.width]: first along columns, then along rows.
// Cells as far to either side are added first, so that two cells between which a map is mirrored get the same
// value to the last bit.
inline std::vector<double> blurred(const float* map, int height, int width, const Rect& box,
                                   const std::vector<double>& weights) {
  const int radius = static_cast<int>(weights.size() / 2), wide = box.width() + 2 * radius;
  const auto weight = [&](int away) {
    const int place = radius + away;
    return weights[static_cast<std::size_t>(place)];
  };
  std::vector<int> column(static_cast<std::size_t>(wide));
  for (int x = 0; x < wide; ++x) column[static_cast<std::size_t>(x)] = mirrored(box.x0 - radius + x, width);
  std::vector<double> down(static_cast<std::size_t>(wide));
  std::vector<double> result(static_cast<std::size_t>(box.height()) * static_cast<std::size_t>(box.width()));
  for (int y = 0; y < box.height(); ++y) {
    const auto row = [&](int away) {
      return map + static_cast<std::ptrdiff_t>(mirrored(box.y0 + y + away, height)) * width;
    };
    const float* middle = row(0);
    for (std::size_t x = 0; x < column.size(); ++x) down[x] = weight(0) * middle[column[x]];
    for (int away = radius; away > 0; --away) {
      const float *above = row(-away), *below = row(away);
      for (std::size_t x = 0; x < column.size(); ++x) {
        const double both = static_cast<double>(above[column[x]]) + below[column[x]];
        down[x] += weight(away) * both;
      }
    }
    double* out = result.data() + static_cast<std::ptrdiff_t>(y) * box.width();
    const double* centre = down.data() + radius;
    for (int x = 0; x < box.width(); ++x) out[x] = weight(0) * centre[x];
    for (int away = radius; away > 0; --away) {
      for (int x = 0; x < box.width(); ++x) out[x] += weight(away) * (centre[x - away] + centre[x + away]);
    }
  }
  return result;
}

}  // namespace swahr
