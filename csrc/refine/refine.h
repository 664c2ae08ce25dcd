// The last steps of the parse: a quarter pixel, and joints that a person lacks.
#pragma once

#include <vector>

#include "common/maps.h"

namespace swahr {

// keypoints: [P, K, 3 + T] float32, x, y, heat, tags in heatmap pixels, changed in place; heat 0 is missing.
struct PeopleView {
  float* keypoints;
  int people, joints, channels;

  float* at(int person, int joint) const {
    const auto index = static_cast<std::ptrdiff_t>(person) * joints + joint;
    return keypoints + index * (3 + channels);
  }
};

struct RefineParams {
  float min_heat;          // a lost joint is taken only if its heat is above; 0 as published
  float max_tag_distance;  // ... and its tag distance at most this; infinity as published
  int threads;             // 0: as many as the machine has
};

// Moves each found joint a quarter pixel towards its larger neighbour on each axis (ties go to the negative
// side), then by half a pixel, from pixel indices to positions.
void adjust(const HeatMaps& heat, const PeopleView& people);

// Gives a person each joint that it lacks, where heat - round(|tag - the person's mean tag|) is largest (first
// in row order on ties), with the same quarter pixel, if the heat there is above min_heat. The mean tag is read
// at the person's joints. segment_max: as from find_peaks, or null.
void refine(const HeatMaps& heat, const TagMaps& tags, const float* segment_max, const PeopleView& people,
            const RefineParams& params);

}  // namespace swahr
