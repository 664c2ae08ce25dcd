// The memory of a parse of B images by blocks of threads: what comes out, and what lies in between.
//
// B images, K joints, T tags, M = candidates, P = people_capacity().
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "assignment/kernel.h"
#include "common/block.h"
#include "common/grid.h"

namespace swahr {

// candidates: a joint, at most one a pixel. grouped: people who take further joints, at most one a candidate.
struct ParseSizes {
  int images, joints, channels, candidates, grouped;
  MapSize map;

  SWAHR_HD int tiles() const { return TileGrid(map).count(); }
  SWAHR_HD int tile_candidates() const {
    return candidates < kTileWidth * kTileRows ? candidates : kTileWidth * kTileRows;
  }
  // Each candidate may open a person.
  SWAHR_HD int people_capacity() const { return joints * candidates; }
  SWAHR_HD int keypoint() const { return 3 + channels; }
};

// Untouched means that no joint was bad.
constexpr int kAllGood = 0x7f7f7f7f;

// Pointers to the device, or to the processor's memory.
struct ParseMemory {
  // results
  int* people;  // [B]
  int* bad;     // [B, 2]: the first joint with a heatmap value, and with a tag at a candidate, that is not
                // finite; or kAllGood
  float* keypoints;  // [B, P, K, 3 + T]: x, y, confidence, tags; only the first `people` are written
  float* scores;     // [B, P]: mean confidence over all K joints
  float* spread;     // [B, P, K, 3], how wide each joint's peak is (Spread); null where nobody asks
  // in between
  int* done;          // [B, K], tiles that are finished
  Key* tile_keys;     // [B, K, tiles, tile_candidates]
  int* tile_counts;   // [B, K, tiles]
  float* tile_max;    // [B, K, tiles], at least the heatmap value
  int* count;         // [B, K]
  float* confidence;  // [B, K, M], highest first
  int* xy;            // [B, K, M, 2]
  float* tags;        // [B, K, M, T]
  float* means;       // [B, P, T]
  Key* found;         // [B, P, K], the best pixel of a joint that the person lacks
  double* tables;     // [B, table_doubles]
};

// The tables of one image's match, in doubles: costs and distances; the assignment's; tag sums and numbers of
// tags of those who take further joints; keys of all people.
SWAHR_HD inline std::size_t table_doubles(const ParseSizes& sizes) {
  const auto candidates = static_cast<std::size_t>(sizes.candidates),
             grouped = static_cast<std::size_t>(sizes.grouped);
  const auto channels = static_cast<std::size_t>(sizes.channels);
  const auto columns = candidates > grouped ? candidates : grouped;
  const auto people = static_cast<std::size_t>(sizes.people_capacity());
  return 2 * candidates * grouped + assignment_doubles(columns) + ((1 + channels) * grouped + people + 1) / 2;
}

// Lay the memory in between out from `base` on (null to measure). Returns its size in bytes.
inline std::size_t lay_out(const ParseSizes& sizes, unsigned char* base, ParseMemory& memory) {
  std::size_t at = 0;
  const auto take = [&](auto*& place, std::size_t count) {
    place = base == nullptr ? nullptr : reinterpret_cast<std::remove_reference_t<decltype(place)>>(base + at);
    at += (count * sizeof(*place) + 255) / 256 * 256;
  };
  const auto images = static_cast<std::size_t>(sizes.images),
             joints = images * static_cast<std::size_t>(sizes.joints);
  const auto tiles = joints * static_cast<std::size_t>(sizes.tiles());
  const auto candidates = joints * static_cast<std::size_t>(sizes.candidates);
  const auto channels = static_cast<std::size_t>(sizes.channels);
  const auto people = images * static_cast<std::size_t>(sizes.people_capacity());
  take(memory.done, joints);
  take(memory.tile_keys, tiles * static_cast<std::size_t>(sizes.tile_candidates()));
  take(memory.tile_counts, tiles);
  take(memory.tile_max, tiles);
  take(memory.count, joints);
  take(memory.confidence, candidates);
  take(memory.xy, candidates * 2);
  take(memory.tags, candidates * channels);
  take(memory.means, people * channels);
  take(memory.found, people * static_cast<std::size_t>(sizes.joints));
  take(memory.tables, images * table_doubles(sizes));
  return at;
}

// Where image, joint and so on begin in a table.
SWAHR_HD inline std::ptrdiff_t offset(std::ptrdiff_t a, int b_count, int b) { return a * b_count + b; }

}  // namespace swahr
