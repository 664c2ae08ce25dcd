// From a pixel of the heatmap to a position.
#pragma once

#include "common/host_device.h"

namespace swahr {

struct Position {
  float x, y;
};

// The pixel's centre, moved a quarter pixel towards the hotter neighbour on each axis; ties go to the negative side.
// heat(x, y): the joint's heat at a pixel of the map.
template <class Heat>
SWAHR_HD Position with_quarter(const Heat& heat, int width, int height, int x, int y) {
  const bool right = heat(x + 1 < width ? x + 1 : x, y) > heat(x > 0 ? x - 1 : x, y);
  const bool down = heat(x, y + 1 < height ? y + 1 : y) > heat(x, y > 0 ? y - 1 : y);
  return {static_cast<float>(x) + 0.5f + (right ? 0.25f : -0.25f),
          static_cast<float>(y) + 0.5f + (down ? 0.25f : -0.25f)};
}

// The pixel that holds a position.
SWAHR_HD inline int pixel_of(float position, int size) {
  const int pixel = static_cast<int>(position);
  return pixel < 0 ? 0 : pixel < size ? pixel : size - 1;
}

}  // namespace swahr
