// What is computed for one cell and for one pair of candidates: plain arithmetic, for the processor and a
// GPU.
#pragma once

#include <cmath>
#include <cstddef>

#include "common/host_device.h"
#include "paf/op.h"

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

SWAHR_HD inline int clamped_cell(double value, int size) {
  const double cell = rint(value);
  if (!(cell > 0)) return 0;
  return cell < size - 1 ? static_cast<int>(cell) : size - 1;
}

SWAHR_HD inline int paf_samples(const PafRule& rule, double longer_side) {
  if (rule.samples > 0) return rule.samples;
  const double count = rint(sqrt(5 * longer_side));
  return count < 5 ? 5 : count > 25 ? 25 : static_cast<int>(count);
}

// How well a field supports a limb from a to b; 0 where it does not. field_x, field_y: [H, W].
SWAHR_HD inline double limb_score(const float* field_x, const float* field_y, int height, int width,
                                  const double* a, const double* b, const PafRule& rule) {
  const double dx = b[0] - a[0], dy = b[1] - a[1];
  const double length = sqrt(dx * dx + dy * dy);
  if (rule.near_part > 0 && length < rule.near_part * sqrt(static_cast<double>(height) * width)) {
    return rule.min_peak + 1e-6;
  }
  const double divisor = length > rule.min_length ? length : rule.min_length;
  if (divisor == 0) return 0;
  const double longer = fabs(dx) > fabs(dy) ? fabs(dx) : fabs(dy);
  const int samples = paf_samples(rule, longer), steps = rule.both_ends ? samples - 1 : samples;
  double all = 0, enough = 0;
  int count = 0;
  for (int i = 0; i < samples; ++i) {
    const double part = i == steps ? 1.0 : i * (1.0 / steps);
    const std::ptrdiff_t cell = static_cast<std::ptrdiff_t>(clamped_cell(part * dy + a[1], height)) * width +
                                clamped_cell(part * dx + a[0], width);
    const double along = field_x[cell] * (dx / divisor) + field_y[cell] * (dy / divisor);
    all += along;
    if (along > rule.min_field) {
      enough += along;
      ++count;
    } else if (!(count + samples - 1 - i > rule.min_share * samples)) {
      return 0;  // as most pairs end: the samples that are left are too few
    }
  }
  if (!(count > rule.min_share * samples)) return 0;
  double score = rule.mean_of_enough ? enough / count : all / samples;
  if (rule.length_prior > 0) {
    const double prior = rule.length_prior * height / divisor - 1;
    if (prior < 0) score += prior;
  }
  return score > 0 ? score : 0;
}

}  // namespace swahr
