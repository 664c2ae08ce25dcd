// The steps of adjust and refine, whatever the maps are read from.
//
// Maps: width(), height(), channels(), heat(joint, x, y), tag(joint, channel, x, y), all at a pixel of the map, and
// search(joint) -> an object whose best_pixels(means) gives for each mean tag the pixel (y * width + x) of the largest
// heat - round(distance of the tags to it), first in row order on ties.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "common/parallel.h"
#include "refine/position.h"
#include "refine/refine.h"

namespace swahr {

template <class Maps>
Position position_at(const Maps& maps, int joint, int x, int y) {
  const auto heat = [&](int column, int row) { return maps.heat(joint, column, row); };
  return with_quarter(heat, maps.width(), maps.height(), x, y);
}

template <class Maps>
void adjust_people(const Maps& maps, const PeopleView& people) {
  for (int p = 0; p < people.people; ++p) {
    for (int k = 0; k < people.joints; ++k) {
      float* keypoint = people.at(p, k);
      if (!(keypoint[2] > 0.0f)) continue;
      const Position moved = position_at(maps, k, static_cast<int>(keypoint[0]), static_cast<int>(keypoint[1]));
      keypoint[0] = moved.x;
      keypoint[1] = moved.y;
    }
  }
}

// The mean of the tags at the person's joints, each read at the pixel that holds the position. [T]
template <class Maps>
std::vector<float> mean_tags(const Maps& maps, const PeopleView& people, int person) {
  std::vector<float> mean(static_cast<std::size_t>(maps.channels()), 0.0f);
  int found = 0;
  for (int k = 0; k < people.joints; ++k) {
    const float* keypoint = people.at(person, k);
    if (!(keypoint[2] > 0.0f)) continue;
    const int x = pixel_of(keypoint[0], maps.width()), y = pixel_of(keypoint[1], maps.height());
    for (int t = 0; t < maps.channels(); ++t) mean[static_cast<std::size_t>(t)] += maps.tag(k, t, x, y);
    ++found;
  }
  for (float& value : mean) value /= static_cast<float>(std::max(found, 1));
  return mean;
}

template <class Maps>
float tag_distance(const Maps& maps, int joint, int x, int y, const std::vector<float>& mean) {
  float sum = 0.0f;
  for (int t = 0; t < maps.channels(); ++t) {
    const float difference = maps.tag(joint, t, x, y) - mean[static_cast<std::size_t>(t)];
    sum += difference * difference;
  }
  return std::sqrt(sum);
}

template <class Maps>
void refine_people(const Maps& maps, const PeopleView& people, const RefineParams& params) {
  std::vector<std::vector<float>> means;
  means.reserve(static_cast<std::size_t>(people.people));
  for (int p = 0; p < people.people; ++p) means.push_back(mean_tags(maps, people, p));

  parallel_for(people.joints, params.threads, [&](int k) {
    std::vector<int> lacking;
    std::vector<const float*> wanted;
    for (int p = 0; p < people.people; ++p) {
      if (people.at(p, k)[2] > 0.0f) continue;
      lacking.push_back(p);
      wanted.push_back(means[static_cast<std::size_t>(p)].data());
    }
    if (lacking.empty()) return;  // nobody lacks this joint: its maps need not be read
    auto search = maps.search(k);
    const std::vector<std::ptrdiff_t> pixels = search.best_pixels(wanted);
    for (std::size_t i = 0; i < lacking.size(); ++i) {
      const int p = lacking[i];
      float* keypoint = people.at(p, k);
      const std::vector<float>& mean = means[static_cast<std::size_t>(p)];
      const std::ptrdiff_t pixel = pixels[i];
      const int x = static_cast<int>(pixel % maps.width()), y = static_cast<int>(pixel / maps.width());
      const float found = maps.heat(k, x, y);
      if (!(found > params.min_heat)) continue;
      if (!(tag_distance(maps, k, x, y, mean) <= params.max_tag_distance)) continue;
      const Position position = position_at(maps, k, x, y);
      keypoint[0] = position.x;
      keypoint[1] = position.y;
      keypoint[2] = found;
    }
  });
}

}  // namespace swahr
