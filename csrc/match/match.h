// Candidates of all joints, put together into people by their tags.
#pragma once

#include <cstdint>
#include <vector>

namespace swahr {

// The best peaks of each joint and the tags read there.
struct Candidates {
  int joints, best, channels;
  const std::int32_t* count;  // [K]
  const float* heat;          // [K, best]
  const std::int32_t* xy;     // [K, best, 2], heatmap pixels
  const float* tags;          // [K, best, T]
};

struct MatchParams {
  int max_people;            // people beyond the first so many take no more joints
  double tag_threshold;      // a pair counts if its tag distance is strictly below
  bool use_detection_value;  // cost = 100 round(distance) - heat rather than the distance alone
  bool ignore_too_much;      // no further candidates once there are max_people
  bool break_ties;           // add 1e-3 distance^2: equal rounded distances then prefer the nearer tag
  const int* order;          // [K], the order in which joints are matched
};

struct People {
  int joints, channels;
  std::vector<float> keypoints;  // [P, K, 3 + T]: x, y, heat, tags; all 0 where the joint is missing
  std::vector<float> scores;     // [P]: mean heat over all K joints

  int count() const { return static_cast<int>(scores.size()); }
  float* keypoint(int person, int joint) {
    return keypoints.data() + (static_cast<std::size_t>(person) * static_cast<std::size_t>(joints) +
                               static_cast<std::size_t>(joint)) * static_cast<std::size_t>(3 + channels);
  }
};

// People are listed in the order in which they are found. Newell et al. 2017, section 3.3: joint by joint,
// each candidate goes to the person whose mean tag is nearest, or opens a person.
People match_by_tag(const Candidates& candidates, const MatchParams& params);

}  // namespace swahr
