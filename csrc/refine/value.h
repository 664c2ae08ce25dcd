// What refine maximises: heat - round(distance of the tags to the person's mean tag).
#pragma once

#include <cmath>

#include "common/host_device.h"

namespace swahr {

// Adding and taking away 2^23 rounds a float below 2^22 half to even, and vectorises everywhere.
constexpr float kRounder = 8388608.0f;
constexpr float kFarthest = 4194304.0f;

// The rounded root of a squared distance. A NaN counts as very far.
SWAHR_HD inline float rounded_distance(float square) {
  const float distance = sqrtf(square);
  const float near = distance < kFarthest ? distance : kFarthest;
  return (near + kRounder) - kRounder;
}

// The squared distance of a number to [low, high], 0 inside; where the box is NaN, 0.
SWAHR_HD inline float squared_distance_to_box(float low, float high, float number) {
  const float below = low - number, above = number - high;
  const float outside = below > above ? below : above;
  const float distance = outside > 0.0f ? outside : 0.0f;
  return distance * distance;
}

}  // namespace swahr
