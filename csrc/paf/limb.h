// How well a field supports one pair of candidates: plain arithmetic, for the processor and a GPU.
#pragma once

#include <cmath>
#include <cstddef>

#include "common/host_device.h"
#include "paf/settings.h"

namespace swahr {

SWAHR_HD inline int clamped_cell(double value, int size) {
  if (!(value > 0)) return 0;
  return value < size - 1 ? static_cast<int>(lrint(value)) : size - 1;
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
  const double along_x = dx / divisor, along_y = dy / divisor;
  const auto field_at = [&](int i) {
    const double part = i == steps ? 1.0 : i * (1.0 / steps);
    const std::ptrdiff_t cell = static_cast<std::ptrdiff_t>(clamped_cell(part * dy + a[1], height)) * width +
                                clamped_cell(part * dx + a[0], width);
    return field_x[cell] * along_x + field_y[cell] * along_y;
  };
  const auto too_few = [&](int most) { return !(most > rule.min_share * samples); };
  // As most pairs end: there is no field at their ends, where that of other pairs was just read.
  const int ends = (field_at(0) > rule.min_field) + (field_at(samples - 1) > rule.min_field);
  if (too_few(samples - 2 + ends)) return 0;
  double all = 0, enough = 0;
  int count = 0;
  for (int i = 0; i < samples; ++i) {
    const double along = field_at(i);
    all += along;
    if (along > rule.min_field) {
      enough += along;
      ++count;
    } else if (too_few(count + samples - 1 - i)) {
      return 0;
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
