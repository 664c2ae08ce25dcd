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

// value[i] = heat[i] - round(tag distance) for `count` pixels; a NaN tag counts as very far. The strides that the
// parse meets are known when this is compiled, as only then do the loads vectorise.
template <int kPixelStride>
inline void add_squares(const float* tags, std::ptrdiff_t pixel_stride, float mean, int count, float* sum) {
  const std::ptrdiff_t stride = kPixelStride > 0 ? kPixelStride : pixel_stride;
  for (int i = 0; i < count; ++i) {
    const float difference = tags[i * stride] - mean;
    sum[i] += difference * difference;
  }
}

SWAHR_DISPATCH
void pixel_values(const float* heat, const float* tags, std::ptrdiff_t pixel_stride, std::ptrdiff_t channel_stride,
                  const float* mean, int channels, int count, float* value) {
  for (int i = 0; i < count; ++i) value[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* channel = tags + t * channel_stride;
    if (pixel_stride == 1) {
      add_squares<1>(channel, pixel_stride, mean[t], count, value);
    } else if (pixel_stride == 2) {
      add_squares<2>(channel, pixel_stride, mean[t], count, value);
    } else {
      add_squares<0>(channel, pixel_stride, mean[t], count, value);
    }
  }
  for (int i = 0; i < count; ++i) {
    const float d = std::sqrt(value[i]);
    const float near = d < kFarthest ? d : kFarthest;
    value[i] = heat[i] - ((near + kRounder) - kRounder);
  }
}

// Many enough that the compiler vectorises the loops over them rather than unrolling these.
constexpr int kLanes = 64;

// The least and the greatest of `count` floats, for each of `channels` that take turns in them, at low[t * stride]
// and high[t * stride]. `channels` divides kLanes. A NaN changes nothing.
SWAHR_DISPATCH
void bound_lanes(const float* values, std::ptrdiff_t count, int channels, float* low, float* high,
                 std::ptrdiff_t stride) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  float least[kLanes], most[kLanes];
  for (int lane = 0; lane < kLanes; ++lane) least[lane] = kInfinity, most[lane] = -kInfinity;
  const std::ptrdiff_t whole = count / kLanes * kLanes;
  for (std::ptrdiff_t i = 0; i < whole; i += kLanes) {
    for (int lane = 0; lane < kLanes; ++lane) {
      const float x = values[i + lane];
      least[lane] = x < least[lane] ? x : least[lane];
      most[lane] = x > most[lane] ? x : most[lane];
    }
  }
  for (std::ptrdiff_t i = whole; i < count; ++i) {
    const std::ptrdiff_t lane = i - whole;
    least[lane] = values[i] < least[lane] ? values[i] : least[lane];
    most[lane] = values[i] > most[lane] ? values[i] : most[lane];
  }
  for (int half = kLanes / 2; half >= channels; half /= 2) {
    for (int lane = 0; lane < half; ++lane) {
      least[lane] = least[lane + half] < least[lane] ? least[lane + half] : least[lane];
      most[lane] = most[lane + half] > most[lane] ? most[lane + half] : most[lane];
    }
  }
  for (int t = 0; t < channels; ++t) {
    low[t * stride] = least[t];
    high[t * stride] = most[t];
  }
}

// bound[i] = heat[i] - round(distance from `mean` to the box of tags [low, high] of segment i): no pixel of the
// segment has a larger value, as each step is monotone in float arithmetic too. low, high: [T, segments].
SWAHR_DISPATCH
void value_bounds(const float* heat, const float* low, const float* high, const float* mean, int channels, int segments,
                  float* bound) {
  for (int i = 0; i < segments; ++i) bound[i] = 0.0f;
  for (int t = 0; t < channels; ++t) {
    const float* lows = low + static_cast<std::ptrdiff_t>(t) * segments;
    const float* highs = high + static_cast<std::ptrdiff_t>(t) * segments;
    for (int i = 0; i < segments; ++i) {
      const float below = lows[i] - mean[t], above = mean[t] - highs[i];
      const float outside = below > above ? below : above;
      const float distance = outside > 0.0f ? outside : 0.0f;
      bound[i] += distance * distance;
    }
  }
  for (int i = 0; i < segments; ++i) {
    const float d = std::sqrt(bound[i]);
    const float near = d < kFarthest ? d : kFarthest;
    bound[i] = heat[i] - ((near + kRounder) - kRounder);
  }
}

// The first index from `start` on whose bound reaches `value`, or `count`.
SWAHR_DISPATCH
int next_reaching(const float* bound, int start, int count, float value) {
  constexpr int kChunk = 64;
  for (; start + kChunk <= count; start += kChunk) {
    int reached = 0;
    for (int i = 0; i < kChunk; ++i) reached |= bound[start + i] >= value;
    if (reached) break;
  }
  while (start < count && !(bound[start] >= value)) ++start;
  return start;
}

// One joint's maps, cut into segments of a row each. Heat and tags of a segment are bounded once, so that a
// person's search looks into the few segments that can hold the best pixel.
class JointSearch {
 public:
  JointSearch(const HeatMaps& heat, const TagMaps& tags, int joint, const float* segment_max)
      : map_(heat.joint(joint)),
        tags_(tags),
        joint_(joint),
        width_(heat.width),
        segments_a_row_((heat.width + kSegment - 1) / kSegment),
        segments_(segments_a_row_ * heat.height),
        heat_bound_(static_cast<std::size_t>(segments_), kInfinity),
        bound_(static_cast<std::size_t>(segments_)) {
    if (segment_max != nullptr) {
      const float* first = segment_max + static_cast<std::ptrdiff_t>(joint) * segments_;
      std::copy(first, first + segments_, heat_bound_.begin());
    }
    bound_tags();
  }

  // The pixel of the largest heat - round(distance to `mean`), first in row order.
  std::ptrdiff_t best_pixel(const float* mean) {
    value_bounds(heat_bound_.data(), low_.data(), high_.data(), mean, tags_.channels, segments_, bound_.data());
    Best best{-kInfinity, 0};
    // The most promising segment first: what it gives lets most others be passed over.
    float least, top;
    bound_lanes(bound_.data(), segments_, 1, &least, &top, 1);
    look(next_reaching(bound_.data(), 0, segments_, top), mean, best);
    for (int segment = next_reaching(bound_.data(), 0, segments_, best.value); segment < segments_;
         segment = next_reaching(bound_.data(), segment + 1, segments_, best.value)) {
      const float bound = bound_[static_cast<std::size_t>(segment)];
      if (bound > best.value || first_pixel(segment) < best.pixel) look(segment, mean, best);
    }
    return best.pixel;
  }

 private:
  static constexpr float kInfinity = std::numeric_limits<float>::infinity();

  struct Best {
    float value;
    std::ptrdiff_t pixel;
  };

  std::ptrdiff_t first_pixel(int segment) const {
    return static_cast<std::ptrdiff_t>(segment / segments_a_row_) * width_ + (segment % segments_a_row_) * kSegment;
  }
  int pixels_in(int segment) const { return std::min(kSegment, width_ - (segment % segments_a_row_) * kSegment); }

  void bound_tags() {
    const int channels = tags_.channels;
    const auto size = static_cast<std::size_t>(channels) * static_cast<std::size_t>(segments_);
    low_.assign(size, kInfinity);
    high_.assign(size, -kInfinity);
    // Channels that take turns in memory keep to their lanes; channels that lie apart are one turn each.
    const bool turns = tags_.channel_stride == 1 && tags_.pixel_stride == channels && kLanes % channels == 0;
    for (int segment = 0; segment < segments_; ++segment) {
      const float* tags = tags_.at(joint_, first_pixel(segment));
      const int pixels = pixels_in(segment);
      if (turns) {
        bound_lanes(tags, static_cast<std::ptrdiff_t>(pixels) * channels, channels, &low_[place(segment, 0)],
                    &high_[place(segment, 0)], segments_);
        continue;
      }
      for (int t = 0; t < channels; ++t) {
        const float* channel = tags + t * tags_.channel_stride;
        float* low = &low_[place(segment, t)];
        float* high = &high_[place(segment, t)];
        if (tags_.pixel_stride == 1) {
          bound_lanes(channel, pixels, 1, low, high, segments_);
        } else {
          for (int i = 0; i < pixels; ++i) {
            *low = std::min(*low, channel[i * tags_.pixel_stride]);
            *high = std::max(*high, channel[i * tags_.pixel_stride]);
          }
        }
      }
    }
  }

  std::size_t place(int segment, int channel) const {
    return static_cast<std::size_t>(channel) * static_cast<std::size_t>(segments_) + static_cast<std::size_t>(segment);
  }

  void look(int segment, const float* mean, Best& best) const {
    const int count = pixels_in(segment);
    const std::ptrdiff_t first = first_pixel(segment);
    float value[kSegment];
    pixel_values(map_ + first, tags_.at(joint_, first), tags_.pixel_stride, tags_.channel_stride, mean,
                 tags_.channels, count, value);
    float least, top;
    bound_lanes(value, count, 1, &least, &top, 1);
    if (top < best.value) return;
    const std::ptrdiff_t pixel = first + (std::find(value, value + count, top) - value);
    if (top > best.value || pixel < best.pixel) best = {top, pixel};
  }

  const float* map_;
  const TagMaps& tags_;
  int joint_, width_, segments_a_row_, segments_;
  std::vector<float> heat_bound_, low_, high_, bound_;
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
    const auto lacks = [&](int p) { return !(people.at(p, k)[2] > 0.0f); };
    int first = 0;
    while (first < people.people && !lacks(first)) ++first;
    if (first == people.people) return;  // nobody lacks this joint: its maps need not be read
    JointSearch search(heat, tags, k, segment_max);
    for (int p = first; p < people.people; ++p) {
      float* keypoint = people.at(p, k);
      if (!lacks(p)) continue;
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
