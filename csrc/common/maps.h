// The network's maps, and their values at a pixel of the input: sampled where they are read, never stored.
#pragma once

#include <cstddef>
#include <vector>

#include "common/host_device.h"

namespace swahr {

// So many maps are averaged at most: two stages, with the flip test four.
constexpr int kMaxStages = 8;

struct MapSize {
  int height, width;
};

SWAHR_HD inline bool operator==(MapSize a, MapSize b) { return a.height == b.height && a.width == b.width; }

// K maps of one stage, float32. Rows follow each other: (x, y) is at (y * width + x) * pixel_stride.
struct Plane {
  const float* data;
  std::ptrdiff_t image_stride, joint_stride;  // floats
  int pixel_stride;                           // floats; other than 1 where tags of a pixel lie side by side
  MapSize size;

  SWAHR_HD const float* map(int joint, int image = 0) const {
    return data + image * image_stride + joint * joint_stride;
  }
};

// Linear interpolation on one axis: (1 - weight) * value[low] + weight * value[high].
struct Tap {
  int low, high;
  float weight;
};

// Half-pixel centres, the ends repeated: torch's `interpolate(mode="bilinear", align_corners=False)`, in its
// arithmetic.
SWAHR_HD inline Tap make_tap(int place, int target, int source) {
  const float scale = static_cast<float>(source) / static_cast<float>(target);
  const float at = scale * (static_cast<float>(place) + 0.5f) - 0.5f;
  const float inside = at > 0.0f ? at : 0.0f;
  const int whole = static_cast<int>(inside);
  const int low = whole < source - 1 ? whole : source - 1;
  const float fraction = inside - static_cast<float>(low);
  return {low, low < source - 1 ? low + 1 : low, fraction < 1.0f ? fraction : 1.0f};
}

SWAHR_HD inline float mix(float low, float high, float weight) {
  return (1.0f - weight) * low + weight * high;
}

// Planes that are brought to the middle size, averaged there, and brought to the outer size.
struct Stack {
  Plane planes[kMaxStages];
  int count;
  MapSize middle, outer;

  // Whether values are read as they lie, without interpolation or mean.
  SWAHR_HD bool direct() const { return count == 1 && planes[0].size == middle && middle == outer; }

  // The factor that makes a sum a mean; exact for 1, 2, 4 and 8.
  SWAHR_HD float share() const { return 1.0f / static_cast<float>(count); }

  SWAHR_HD float middle_at(int joint, int x, int y, int image = 0) const {
    float sum = 0.0f;
    for (int i = 0; i < count; ++i) {
      const float value = plane_at(planes[i], joint, x, y, image);
      sum = i == 0 ? value : sum + value;
    }
    return sum * share();
  }

  SWAHR_HD float at(int joint, int x, int y, int image = 0) const {
    if (middle == outer) return middle_at(joint, x, y, image);
    const Tap column = make_tap(x, outer.width, middle.width), row = make_tap(y, outer.height, middle.height);
    const float low = mix(middle_at(joint, column.low, row.low, image),
                          middle_at(joint, column.high, row.low, image), column.weight);
    const float high = mix(middle_at(joint, column.low, row.high, image),
                           middle_at(joint, column.high, row.high, image), column.weight);
    return mix(low, high, row.weight);
  }

 private:
  SWAHR_HD float plane_at(const Plane& plane, int joint, int x, int y, int image) const {
    const float* map = plane.map(joint, image);
    const std::ptrdiff_t next = plane.pixel_stride, width = plane.size.width * next;
    if (plane.size == middle) return map[y * width + x * next];
    const Tap column = make_tap(x, middle.width, plane.size.width);
    const Tap row = make_tap(y, middle.height, plane.size.height);
    const float low = mix(map[row.low * width + column.low * next], map[row.low * width + column.high * next],
                          column.weight);
    const float high = mix(map[row.high * width + column.low * next],
                           map[row.high * width + column.high * next], column.weight);
    return mix(low, high, row.weight);
  }
};

// All maps of one image. All stacks have the same middle and outer size.
struct StageMaps {
  int joints;
  Stack heatmaps;
  std::vector<Stack> tags;  // [T], one a channel

  int channels() const { return static_cast<int>(tags.size()); }
  // Map 0 is the heatmap, map 1 + t is tag channel t.
  float at(int /*image*/, int joint, int map, int x, int y) const {
    const Stack& stack = map == 0 ? heatmaps : tags[static_cast<std::size_t>(map - 1)];
    return stack.at(joint, x, y);
  }
};

}  // namespace swahr
