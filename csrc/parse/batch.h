// The parse of a batch of images by blocks of threads: what goes in, what comes out, and the memory in between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "common/block.h"
#include "common/grid.h"

namespace swahr {

constexpr int kMaxJoints = 256;

struct BatchSettings {
  int window, best, max_people;
  float threshold;
  double tag_threshold;
  bool use_detection_value, ignore_too_much, break_ties, adjust, refine;
  float min_heat, max_tag_distance;
  std::uint8_t order[kMaxJoints];
};

// best: candidates a joint, at most one a pixel. grouped: people who take further joints, at most one a candidate.
struct BatchSizes {
  int images, joints, channels, best, grouped;
  MapSize map;

  SWAHR_HD int tiles() const { return TileGrid(map).count(); }
  SWAHR_HD int tile_best() const { return best < kTileWidth * kTileRows ? best : kTileWidth * kTileRows; }
  // Each candidate may open a person.
  SWAHR_HD int most_people() const { return joints * best; }
  SWAHR_HD int keypoint() const { return 3 + channels; }
};

// Untouched means that no joint was bad.
constexpr int kAllGood = 0x7f7f7f7f;

// Pointers to the device, or to the processor's memory. B images, K joints, T tags, M = best, P = most_people.
struct BatchMemory {
  // results
  int* people;       // [B]
  int* bad;          // [B, 2]: the first joint with heat, and with a tag at a candidate, that is not finite; or kAllGood
  float* keypoints;  // [B, P, K, 3 + T]: x, y, heat, tags; only the first `people` are written
  float* scores;     // [B, P]
  // in between
  int* done;         // [B, K], tiles that are finished
  Key* tile_keys;    // [B, K, tiles, tile_best]
  int* tile_counts;  // [B, K, tiles]
  float* tile_max;   // [B, K, tiles], at least the heat
  int* count;        // [B, K]
  float* heat;       // [B, K, M], hottest first
  int* xy;           // [B, K, M, 2]
  float* tags;       // [B, K, M, T]
  float* means;      // [B, P, T]
  Key* found;        // [B, P, K], the best pixel of a joint that the person lacks
  double* tables;    // [B, table_doubles]
};

// The tables of one image's assignment, in doubles.
SWAHR_HD inline std::size_t table_doubles(const BatchSizes& sizes) {
  const auto best = static_cast<std::size_t>(sizes.best), grouped = static_cast<std::size_t>(sizes.grouped);
  const auto channels = static_cast<std::size_t>(sizes.channels), people = static_cast<std::size_t>(sizes.most_people());
  // Costs and distances; row and column potentials and path lengths; six lists of whole numbers; tag sums; keys.
  return 2 * best * grouped + 3 * grouped + ((6 + channels) * grouped + people + 1) / 2;
}

// Lay the memory in between out from `base` on (null to measure). Returns its size in bytes.
inline std::size_t lay_out(const BatchSizes& sizes, unsigned char* base, BatchMemory& memory) {
  std::size_t at = 0;
  const auto take = [&](auto*& place, std::size_t count) {
    place = base == nullptr ? nullptr : reinterpret_cast<std::remove_reference_t<decltype(place)>>(base + at);
    at += (count * sizeof(*place) + 255) / 256 * 256;
  };
  const auto images = static_cast<std::size_t>(sizes.images), joints = images * static_cast<std::size_t>(sizes.joints);
  const auto tiles = joints * static_cast<std::size_t>(sizes.tiles()), best = static_cast<std::size_t>(sizes.best);
  const auto channels = static_cast<std::size_t>(sizes.channels), people = images * static_cast<std::size_t>(sizes.most_people());
  take(memory.done, joints);
  take(memory.tile_keys, tiles * static_cast<std::size_t>(sizes.tile_best()));
  take(memory.tile_counts, tiles);
  take(memory.tile_max, tiles);
  take(memory.count, joints);
  take(memory.heat, joints * best);
  take(memory.xy, joints * best * 2);
  take(memory.tags, joints * best * channels);
  take(memory.means, people * channels);
  take(memory.found, people * static_cast<std::size_t>(sizes.joints));
  take(memory.tables, images * table_doubles(sizes));
  return at;
}

// Where image, joint and so on begin in a table.
SWAHR_HD inline std::ptrdiff_t offset(std::ptrdiff_t a, int b_count, int b) { return a * b_count + b; }

}  // namespace swahr
