// The settings of the parse, as `swahr.decode.ParseParams` describes them.
#pragma once

#include <cstdint>
#include <vector>

namespace swahr {

// So many joints fit into a kernel's arguments.
constexpr int kMaxJoints = 256;

// What the kernels take by value.
struct KernelSettings {
  int window;                // side of the window in which a peak is the maximum, pixels, odd
  int max_candidates;        // peaks that are kept a joint
  int max_people;            // people beyond the first so many take no more joints
  float threshold;           // a peak is strictly above; not negative
  double tag_threshold;      // a pair counts if its tag distance is strictly below
  bool use_detection_value;  // cost = 100 round(distance) - confidence rather than the distance alone
  bool ignore_too_much;      // no further candidates once there are max_people
  bool break_ties;           // add 1e-3 distance^2: equal rounded distances then prefer the nearer tag
  float min_confidence;      // a lost joint is taken only if its confidence is above; 0 as published
  float max_tag_distance;    // ... and its tag distance at most this; infinity as published
  bool adjust;               // a quarter pixel towards the larger neighbour, then half a pixel
  bool refine;               // joints that a person lacks are searched for
  int subpixel;              // what takes the quarter pixel's place: kQuarter, kParabola or kGaussian
  bool spread;               // how wide peaks are is measured
};

struct ParseSettings : KernelSettings {
  std::vector<std::uint16_t> order;  // [K], in which joints are matched
};

}  // namespace swahr
