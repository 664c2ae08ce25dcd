#include "refine/refine.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "common/dispatch.h"
#include "common/parallel.h"
#include "peaks/peaks.h"

namespace swahr {
namespace {

// Adding and taking away 2^23 rounds a float below 2^22 half to even, and vectorises everywhere.
constexpr float kRounder = 8388608.0f;
constexpr float kFarthest = 4194304.0f;

struct Position {
  float x, y;
};

Position with_quarter(const float* map, int width, int height, int x, int y) {
  const float* row = map + static_cast<std::ptrdiff_t>(y) * width;
  const bool right = row[std::min(x + 1, width - 1)] > row[std::max(x - 1, 0)];
  const bool down = map[static_cast<std::ptrdiff_t>(std::min(y + 1, height - 1)) * width + x] >
                    map[static_cast<std::ptrdiff_t>(std::max(y - 1, 0)) * width + x];
  return {static_cast<float>(x) + 0.5f + (right ? 0.25f : -0.25f),
          static_cast<float>(y) + 0.5f + (down ? 0.25f : -0.25f)};
}

// value[i] = heat[i] - round(tag distance); a NaN tag counts as infinitely far.
SWAHR_DISPATCH
void values_one_channel(const float* heat, const float* tags, std::ptrdiff_t stride, float mean, int count,
                        float* value) {
  for (int i = 0; i < count; ++i) {
    const float d = std::fabs(tags[i * stride] - mean);
    const float near = d < kFarthest ? d : kFarthest;
    value[i] = heat[i] - ((near + kRounder) - kRounder);
  }
}

SWAHR_DISPATCH
void values_many_channels(const float* heat, const float* tags, std::ptrdiff_t stride, std::ptrdiff_t channel_stride,
                          const float* mean, int channels, int count, float* value) {
  float sum[kSegment];
  for (int i = 0; i < count; ++i) sum[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* channel = tags + t * channel_stride;
    for (int i = 0; i < count; ++i) {
      const float difference = channel[i * stride] - mean[t];
      sum[i] += difference * difference;
    }
  }
  for (int i = 0; i < count; ++i) {
    const float d = std::sqrt(sum[i]);
    const float near = d < kFarthest ? d : kFarthest;
    value[i] = heat[i] - ((near + kRounder) - kRounder);
  }
}

// One joint's maps, cut into segments.
class JointSearch {
 public:
  JointSearch(const HeatMaps& heat, const TagMaps& tags, int joint, const float* segment_max)
      : map_(heat.joint(joint)),
        tags_(tags),
        joint_(joint),
        width_(heat.width),
        height_(heat.height),
        segments_((heat.width + kSegment - 1) / kSegment),
        bound_(segment_max == nullptr
                   ? nullptr
                   : segment_max + static_cast<std::ptrdiff_t>(joint) * heat.height * segments_) {}

  // The pixel of the largest heat - round(distance to `mean`), first in row order.
  std::ptrdiff_t best_pixel(const float* mean) const {
    Best best;
    if (bound_ != nullptr) {
      // The hottest segment first: what it gives lets most others be passed over.
      const float* hottest = std::max_element(bound_, bound_ + static_cast<std::ptrdiff_t>(height_) * segments_);
      const auto index = hottest - bound_;
      look(static_cast<int>(index / segments_), static_cast<int>(index % segments_), mean, best);
    }
    for (int y = 0; y < height_; ++y) {
      for (int segment = 0; segment < segments_; ++segment) {
        // The distance only takes away, so a segment below the best value cannot hold a better pixel.
        if (bound_ != nullptr && bound_[static_cast<std::ptrdiff_t>(y) * segments_ + segment] < best.value) continue;
        look(y, segment, mean, best);
      }
    }
    return best.pixel;
  }

 private:
  struct Best {
    float value = -std::numeric_limits<float>::infinity();
    std::ptrdiff_t pixel = 0;
  };

  void look(int y, int segment, const float* mean, Best& best) const {
    const int start = segment * kSegment, count = std::min(kSegment, width_ - start);
    const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(y) * width_ + start;
    float value[kSegment];
    const float* tags = tags_.at(joint_, first);
    if (tags_.channels == 1) {
      values_one_channel(map_ + first, tags, tags_.pixel_stride, mean[0], count, value);
    } else {
      values_many_channels(map_ + first, tags, tags_.pixel_stride, tags_.channel_stride, mean, tags_.channels, count,
                           value);
    }
    for (int i = 0; i < count; ++i) {
      if (value[i] > best.value || (value[i] == best.value && first + i < best.pixel)) {
        best.value = value[i];
        best.pixel = first + i;
      }
    }
  }

  const float* map_;
  const TagMaps& tags_;
  int joint_, width_, height_, segments_;
  const float* bound_;
};

// The mean of the tags at the person's joints, each read at the pixel that holds the position. [T]
std::vector<float> mean_tags(const HeatMaps& heat, const TagMaps& tags, const PeopleView& people, int person) {
  std::vector<float> mean(static_cast<std::size_t>(tags.channels), 0.0f);
  int found = 0;
  for (int k = 0; k < people.joints; ++k) {
    const float* keypoint = people.at(person, k);
    if (!(keypoint[2] > 0.0f)) continue;
    const int x = std::clamp(static_cast<int>(keypoint[0]), 0, heat.width - 1);
    const int y = std::clamp(static_cast<int>(keypoint[1]), 0, heat.height - 1);
    const float* tag = tags.at(k, static_cast<std::ptrdiff_t>(y) * heat.width + x);
    for (int t = 0; t < tags.channels; ++t) mean[static_cast<std::size_t>(t)] += tag[t * tags.channel_stride];
    ++found;
  }
  for (float& value : mean) value /= static_cast<float>(std::max(found, 1));
  return mean;
}

float tag_distance(const TagMaps& tags, int joint, std::ptrdiff_t pixel, const float* mean) {
  const float* tag = tags.at(joint, pixel);
  float sum = 0.0f;
  for (int t = 0; t < tags.channels; ++t) {
    const float difference = tag[t * tags.channel_stride] - mean[t];
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

}  // namespace

void adjust(const HeatMaps& heat, const PeopleView& people) {
  for (int p = 0; p < people.people; ++p) {
    for (int k = 0; k < people.joints; ++k) {
      float* keypoint = people.at(p, k);
      if (!(keypoint[2] > 0.0f)) continue;
      const Position moved = with_quarter(heat.joint(k), heat.width, heat.height, static_cast<int>(keypoint[0]),
                                          static_cast<int>(keypoint[1]));
      keypoint[0] = moved.x;
      keypoint[1] = moved.y;
    }
  }
}

void refine(const HeatMaps& heat, const TagMaps& tags, const float* segment_max, const PeopleView& people,
            const RefineParams& params) {
  std::vector<std::vector<float>> means;
  means.reserve(static_cast<std::size_t>(people.people));
  for (int p = 0; p < people.people; ++p) means.push_back(mean_tags(heat, tags, people, p));

  parallel_for(people.joints, params.threads, [&](int k) {
    const JointSearch search(heat, tags, k, segment_max);
    for (int p = 0; p < people.people; ++p) {
      float* keypoint = people.at(p, k);
      if (keypoint[2] > 0.0f) continue;
      const float* mean = means[static_cast<std::size_t>(p)].data();
      const std::ptrdiff_t pixel = search.best_pixel(mean);
      const float found = heat.joint(k)[pixel];
      if (!(found > params.min_heat)) continue;
      if (!(tag_distance(tags, k, pixel, mean) <= params.max_tag_distance)) continue;
      const Position position = with_quarter(heat.joint(k), heat.width, heat.height,
                                             static_cast<int>(pixel % heat.width),
                                             static_cast<int>(pixel / heat.width));
      keypoint[0] = position.x;
      keypoint[1] = position.y;
      keypoint[2] = found;
    }
  });
}

}  // namespace swahr
