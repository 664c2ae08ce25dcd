// Local maxima of the heatmaps, and the best of them a joint.
#pragma once

#include <cstdint>
#include <vector>

#include "common/maps.h"

namespace swahr {

// A pixel is a peak where it equals the maximum of the window around it (Newell et al. 2017, section 3.3;
// the window is cut off at the border) and is above the threshold.
struct PeakParams {
  int window;       // side of the window, pixels, odd
  int best;         // keep so many a joint
  float threshold;  // strictly above; not negative
  int threads;      // 0: as many as the machine has
};

// Rows are cut into segments of so many pixels; `segment_max` bounds the heat of each from above,
// so that refine can pass over those that cannot matter.
constexpr int kSegment = 64;

struct Peaks {
  int joints, best, height, segments;
  std::vector<std::int32_t> count;  // [K]
  std::vector<float> heat;          // [K, best], hottest first; equal heats in row order
  std::vector<std::int32_t> xy;     // [K, best, 2], heatmap pixels
  std::vector<float> segment_max;   // [K, H, segments]: at least the heat, and at least 0
  int first_bad_joint;              // -1, or the first joint whose map holds NaN or infinity
};

Peaks find_peaks(const HeatMaps& maps, const PeakParams& params);

}  // namespace swahr
