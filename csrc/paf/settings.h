// What a rule of part affinity fields is made of, and the maps that it is applied to.
#pragma once

#include <cstddef>

#include "common/host_device.h"

namespace swahr {

constexpr int kMaxBesideFeet = 4;  // joints of who has feet and is nobody: `paf_rules.MAX_BESIDE_FEET`

// As `swahr.decode.paf_rules.PafRule` describes it. Cells are those of the maps.
struct PafRule {
  double min_peak;
  bool strict, diagonal;
  double blur, min_distance;
  int centroid, samples;
  bool both_ends;
  double min_field, min_share;
  bool mean_of_enough;
  double length_prior, min_length, near_part;
  bool merge, fill_weak;
  int min_joints;
  double min_mean;
  int feet;  // the last joints, so many, which do not count
};

struct PafLimb {
  int first, second;  // joints
  int x, y;           // channels of its field
  bool weak;          // opens nobody
};

// heatmaps: [K, H, W] and perhaps the background's. pafs: [channels, H, W].
struct PafMaps {
  const float* heatmaps;
  const float* pafs;
  int joints, channels, height, width;

  SWAHR_HD std::ptrdiff_t pixels() const { return static_cast<std::ptrdiff_t>(height) * width; }
};

}  // namespace swahr
