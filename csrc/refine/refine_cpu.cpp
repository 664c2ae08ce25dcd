#include "refine/refine.h"

#include <algorithm>
#include <cmath>

#include "common/parallel.h"
#include "refine/search.h"

namespace swahr {
namespace {

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
