// What is true of all people that a parse finds.
#pragma once

#include <cmath>

#include "fuzz/input.h"
#include "parse/op.h"

namespace swahr {

inline void require_people(const ParseResult& result, const StageMaps& maps, const ParseSettings& settings) {
  if (result.bad_heatmap_joint >= 0 || result.bad_tag_joint >= 0) return;
  const People& people = result.people;
  const auto width = std::size_t{3} + static_cast<std::size_t>(maps.channels());
  for (std::size_t at = 0; at < people.keypoints.size(); at += width) {
    const float x = people.keypoints[at], y = people.keypoints[at + 1];
    REQUIRE(std::isfinite(x) && std::isfinite(y) && std::isfinite(people.keypoints[at + 2]));
    REQUIRE(x >= 0 && y >= 0);
    REQUIRE(x <= static_cast<float>(maps.heatmaps.outer.width));
    REQUIRE(y <= static_cast<float>(maps.heatmaps.outer.height));
  }
  REQUIRE(!settings.spread || people.spread.size() == people.keypoints.size() / width * 3);
}

}  // namespace swahr
