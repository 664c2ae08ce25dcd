// Candidates of all joints, put together into people by their tags.
#pragma once

#include <cstdint>
#include <vector>

#include "common/stream.h"
#include "parse/settings.h"

namespace swahr {

struct ParseMemory;
struct ParseSizes;

// The best peaks of each joint and the tags read there. K joints, M = capacity, T = channels.
struct Candidates {
  int joints, capacity, channels;
  const std::int32_t* count;  // [K]
  const float* confidence;    // [K, M]
  const std::int32_t* xy;     // [K, M, 2], heatmap pixels
  const float* tags;          // [K, M, T]
};

struct People {
  int joints, channels;
  std::vector<float> keypoints;  // [P, K, 3 + T]: x, y, confidence, tags; all 0 where the joint is missing
  std::vector<float> scores;     // [P]: mean confidence over all K joints
  std::vector<float> means;      // [P, T]: mean tags over the joints that are there
  std::vector<float> spread;  // [P, K, 3], how wide each joint's peak is, 0 where missing; empty unless asked

  int count() const { return static_cast<int>(scores.size()); }
  float* keypoint(int person, int joint) {
    return keypoints.data() + (static_cast<std::ptrdiff_t>(person) * joints + joint) * (3 + channels);
  }
};

// People are listed in the order in which they are found. Newell et al. 2017, section 3.3: joint by joint,
// each candidate goes to the person whose mean tag is nearest, or opens a person. Numbers are finite.
// Throws std::length_error for more candidates than its tables can count.
People match_by_tag(const Candidates& candidates, const ParseSettings& settings);

// The same for each image of a batch, from and to the device's memory.
void launch_match(const ParseSizes& sizes, const ParseSettings& settings, const ParseMemory& memory,
                  CudaStream stream);

}  // namespace swahr
