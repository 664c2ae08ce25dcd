// Lost joints and the quarter pixel by blocks of threads: the bodies of the CUDA kernels, which run on the processor too.
#pragma once

#include <cmath>

#include "common/sources.h"
#include "parse/batch.h"
#include "refine/position.h"
#include "refine/value.h"

namespace swahr {

// So many people are searched for in a tile at a time.
constexpr int kSeekers = 64;

struct RefineShared {
  TileValues heat;
  TileScratch scratch;
  int seekers[kSeekers];
  int count;
};

// Heat and tags of one tile, for all people who lack the joint: each one's best pixel here competes with those elsewhere.
// tags: room for those of the tile, [T].
template <class Block, class Source>
SWAHR_BLOCK void search_tile(const Block& block, const Source& source, const BatchSizes& sizes, const BatchMemory& memory,
                             int image, int joint, int tile_number, RefineShared& shared, TileValues* tags) {
  const std::ptrdiff_t first = offset(image, sizes.most_people(), 0);
  const int people = memory.people[image], keypoint = sizes.keypoint();
  const Rect tile = TileGrid(sizes.map).tile(tile_number);
  const std::uint32_t bound = place_of(memory.tile_max[offset(offset(image, sizes.joints, joint), sizes.tiles(), tile_number)]);
  bool loaded = false;
  for (int from = 0; from < people; from += kSeekers) {
    const int until = from + kSeekers < people ? from + kSeekers : people;
    block.once([&] { shared.count = 0; });
    block.each(until - from, [&](int i) {
      const std::ptrdiff_t place = offset(first + from + i, sizes.joints, joint);
      if (memory.keypoints[place * keypoint + 2] > 0.0f) return;
      // What others have found so far may only grow, so a tile that cannot reach it need not be looked at.
      const Key so_far = *const_cast<volatile const Key*>(memory.found + place);
      if (bound >= static_cast<std::uint32_t>(so_far >> 32)) shared.seekers[block.add(&shared.count, 1)] = from + i;
    });
    const int seekers = shared.count;
    block.barrier();  // all have read it before the next round counts anew
    if (seekers > 0 && !loaded) {
      source.prepare(block, image, joint, 0, tile, 0.0f, shared.heat, shared.scratch);
      source.finish(block, image, joint, 0, tile, 0.0f, shared.heat, shared.scratch);
      for (int t = 0; t < sizes.channels; ++t) {
        source.prepare(block, image, joint, 1 + t, tile, 0.0f, tags[t], shared.scratch);
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
        return key_of(shared.heat.values[index] - rounded_distance(sum), y * sizes.map.width + x);
      });
      block.once([&] { block.raise(memory.found + offset(person, sizes.joints, joint), best); });
    }
  }
}

// One keypoint: the quarter pixel of a found joint, or what the search found for a lost one.
template <class Source>
SWAHR_BLOCK void settle_keypoint(const Source& source, const BatchSizes& sizes, const BatchSettings& settings,
                                 const BatchMemory& memory, int image, int person, int joint) {
  const MapSize size = sizes.map;
  const std::ptrdiff_t row = offset(image, sizes.most_people(), person), place = offset(row, sizes.joints, joint);
  float* keypoint = memory.keypoints + place * sizes.keypoint();
  const auto heat = [&](int x, int y) { return source.at(image, joint, 0, x, y); };
  if (keypoint[2] > 0.0f) {
    if (!settings.adjust) return;
    const Position moved = with_quarter(heat, size.width, size.height, static_cast<int>(keypoint[0]), static_cast<int>(keypoint[1]));
    keypoint[0] = moved.x;
    keypoint[1] = moved.y;
    return;
  }
  if (!settings.refine) return;
  const int pixel = pixel_of_key(memory.found[place]), x = pixel % size.width, y = pixel / size.width;
  const float found = heat(x, y);
  if (!(found > settings.min_heat)) return;
  float sum = 0.0f;
  for (int t = 0; t < sizes.channels; ++t) {
    const float difference = source.at(image, joint, 1 + t, x, y) - memory.means[row * sizes.channels + t];
    sum += difference * difference;
  }
  if (!(sqrtf(sum) <= settings.max_tag_distance)) return;
  const Position position = with_quarter(heat, size.width, size.height, x, y);
  keypoint[0] = position.x;
  keypoint[1] = position.y;
  keypoint[2] = found;
}

}  // namespace swahr
