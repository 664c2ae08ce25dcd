// Lost joints and the quarter pixel: the bodies that the processor and the CUDA kernels share.
//
// A lost joint goes where heatmap value - round(distance of the tags to the person's mean tag) is largest.
#pragma once

#include <cmath>

#include "common/tile_source.h"
#include "parse/settings.h"
#include "parse/workspace.h"
#include "refine/peak.h"

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

// The pixel's centre, moved a quarter pixel towards the larger neighbour on each axis; ties go to the
// negative side. value(x, y): the joint's heatmap value at a pixel of the map.
template <class Value>
SWAHR_HD Position with_quarter(const Value& value, int width, int height, int x, int y) {
  const bool right = value(x + 1 < width ? x + 1 : x, y) > value(x > 0 ? x - 1 : x, y);
  const bool down = value(x, y + 1 < height ? y + 1 : y) > value(x, y > 0 ? y - 1 : y);
  return {static_cast<float>(x) + 0.5f + (right ? 0.25f : -0.25f),
          static_cast<float>(y) + 0.5f + (down ? 0.25f : -0.25f)};
}

// So many people are searched for in a tile at a time.
constexpr int kSeekers = 64;

struct RefineShared {
  TileValues values;
  TileScratch scratch;
  int seekers[kSeekers];
  int count;
};

// Heatmap and tags of one tile, for all people who lack the joint: each one's best pixel here competes with
// those elsewhere. tags: room for those of the tile, [T].
template <class Block>
SWAHR_BLOCK void search_tile(const Block& block, const TileSource& source, const ParseSizes& sizes,
                             const ParseMemory& memory, int image, int joint, int tile_number,
                             RefineShared& shared, TileValues* tags) {
  const std::ptrdiff_t first = offset(image, sizes.people_capacity(), 0);
  const int people = memory.people[image], keypoint = sizes.keypoint();
  const Rect tile = TileGrid(sizes.map).tile(tile_number);
  const std::uint32_t bound =
      place_of(memory.tile_max[offset(offset(image, sizes.joints, joint), sizes.tiles(), tile_number)]);
  bool loaded = false;
  for (int from = 0; from < people; from += kSeekers) {
    const int until = from + kSeekers < people ? from + kSeekers : people;
    block.once([&] { shared.count = 0; });
    block.each(until - from, [&](int i) {
      const std::ptrdiff_t place = offset(first + from + i, sizes.joints, joint);
      if (memory.keypoints[place * keypoint + 2] > 0.0f) return;
      // What others have found so far may only grow, so a tile that cannot reach it need not be looked at.
      const Key so_far = *const_cast<volatile const Key*>(memory.found + place);
      if (bound >= static_cast<std::uint32_t>(so_far >> 32))
        shared.seekers[block.add(&shared.count, 1)] = from + i;
    });
    const int seekers = shared.count;
    block.barrier();  // all have read it before the next round counts anew
    if (seekers > 0 && !loaded) {
      source.prepare(block, image, joint, 0, tile, shared.scratch);
      source.finish(block, image, joint, 0, tile, 0.0f, shared.values, shared.scratch);
      for (int t = 0; t < sizes.channels; ++t) {
        source.prepare(block, image, joint, 1 + t, tile, shared.scratch);
        source.finish(block, image, joint, 1 + t, tile, 0.0f, tags[t], shared.scratch);
      }
      loaded = true;
    }
    for (int i = 0; i < seekers; ++i) {
      const std::ptrdiff_t person = first + shared.seekers[i];
      const float* mean = memory.means + person * sizes.channels;
      const Key best = block.largest(kTileWidth * kTileRows, Key{0}, [&](int place) {
        const int x = tile.x0 + place % kTileWidth, y = tile.y0 + place / kTileWidth;
        if (x >= tile.x1 || y >= tile.y1) return Key{0};
        const int index = tile_index(tile, x, y);
        float sum = 0.0f;
        for (int t = 0; t < sizes.channels; ++t) {
          const float difference = tags[t].values[index] - mean[t];
          sum += difference * difference;
        }
        return key_of(shared.values.values[index] - rounded_distance(sum), y * sizes.map.width + x);
      });
      block.once([&] { block.raise(memory.found + offset(person, sizes.joints, joint), best); });
    }
  }
}

// One keypoint: where in its pixel a found joint lies, or what the search found for a lost one; how wide its
// peak is.
template <class Source>
SWAHR_BLOCK void finalize_keypoint(const Source& source, const ParseSizes& sizes,
                                   const KernelSettings& settings, const ParseMemory& memory, int image,
                                   int person, int joint) {
  const MapSize size = sizes.map;
  const std::ptrdiff_t row = offset(image, sizes.people_capacity(), person),
                       place = offset(row, sizes.joints, joint);
  float* keypoint = memory.keypoints + place * sizes.keypoint();
  const auto value = [&](int x, int y) { return source.at(image, joint, 0, x, y); };
  const auto moved_from = [&](int x, int y) {
    return settings.subpixel == kQuarter
               ? with_quarter(value, size.width, size.height, x, y)
               : with_subpixel(source.heatmaps, image, joint, x, y, settings.subpixel);
  };
  const auto keep = [&](const Spread& spread) {
    if (memory.spread == nullptr) return;
    memory.spread[3 * place] = spread.xx;
    memory.spread[3 * place + 1] = spread.xy;
    memory.spread[3 * place + 2] = spread.yy;
  };
  const auto measure = [&](int x, int y) {
    if (memory.spread != nullptr) keep(spread_at(source.heatmaps, image, joint, x, y));
  };
  if (keypoint[2] > 0.0f) {
    const int at_x = static_cast<int>(keypoint[0]), at_y = static_cast<int>(keypoint[1]);
    measure(at_x, at_y);
    if (!settings.adjust) return;
    const Position moved = moved_from(at_x, at_y);
    keypoint[0] = moved.x;
    keypoint[1] = moved.y;
    return;
  }
  keep({0.0f, 0.0f, 0.0f});
  if (!settings.refine) return;
  const int pixel = pixel_of_key(memory.found[place]), x = pixel % size.width, y = pixel / size.width;
  const float found = value(x, y);
  if (!(found > settings.min_confidence)) return;
  float sum = 0.0f;
  for (int t = 0; t < sizes.channels; ++t) {
    const float difference = source.at(image, joint, 1 + t, x, y) - memory.means[row * sizes.channels + t];
    sum += difference * difference;
  }
  if (!(sqrtf(sum) <= settings.max_tag_distance)) return;
  measure(x, y);
  const Position position = moved_from(x, y);
  keypoint[0] = position.x;
  keypoint[1] = position.y;
  keypoint[2] = found;
}

}  // namespace swahr
