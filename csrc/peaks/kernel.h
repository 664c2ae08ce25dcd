// The peaks of a tile, and the best of a joint's: the bodies of the CUDA kernels, which run on the processor
// too.
#pragma once

#include "common/tile_source.h"
#include "parse/settings.h"
#include "parse/workspace.h"

namespace swahr {

struct PeakShared {
  TileValues values;
  TileScratch scratch;
  Key keys[kTileWidth * kTileRows];
  int count;
};

// Whether the pixel is above the threshold and nothing in its window is higher.
SWAHR_HD inline bool is_peak(const TileSource& source, int image, int joint, const Rect& tile,
                             const TileValues& tile_values, int x, int y, int window, float threshold) {
  const int here = tile_index(tile, x, y), reach = window / 2, near = reach < kTileHalo ? reach : kTileHalo;
  const float value = tile_values.values[here];
  if (!(value > threshold)) return false;
  for (int dy = -near; dy <= near; ++dy) {
    for (int dx = -near; dx <= near; ++dx) {
      if (tile_values.values[here + dy * kTilePitch + dx] > value) return false;
    }
  }
  if (reach <= kTileHalo) return true;
  // A wider window is sampled pixel by pixel.
  const MapSize size = source.size();
  const int x0 = x > reach ? x - reach : 0, y0 = y > reach ? y - reach : 0;
  const int x1 = size.width - 1 - x > reach ? x + reach : size.width - 1;
  const int y1 = size.height - 1 - y > reach ? y + reach : size.height - 1;
  for (int row = y0; row <= y1; ++row) {
    for (int column = x0; column <= x1; ++column) {
      if (source.at(image, joint, 0, column, row) > value) return false;
    }
  }
  return true;
}

// The tile's best peaks, and a bound of its values.
template <class Block>
SWAHR_BLOCK void tile_peaks(const Block& block, const TileSource& source, const ParseSizes& sizes,
                            const KernelSettings& settings, const ParseMemory& memory, int image, int joint,
                            int tile_number, PeakShared& shared) {
  const float nothing = float_of(
      static_cast<std::int32_t>(0xff800000u));  // minus infinity: nothing is higher beyond the border
  const Rect tile = TileGrid(sizes.map).tile(tile_number);
  const std::ptrdiff_t place = offset(offset(image, sizes.joints, joint), sizes.tiles(), tile_number);
  Key* kept = memory.tile_keys + place * sizes.tile_candidates();
  const std::int32_t top = source.prepare(block, image, joint, 0, tile, shared.scratch);
  if (top >= kTooLargeBits) {
    block.once([&] { block.lower(memory.bad + 2 * image, joint); });
  }
  // Interpolation may round upwards, a few units of the last place.
  const float bound = float_of(top) * (1.0f + 2e-6f);
  block.once([&] {
    shared.count = 0;
    memory.tile_max[place] = bound;
  });
  if (bound > settings.threshold) {
    source.finish(block, image, joint, 0, tile, nothing, shared.values, shared.scratch);
    block.each(kTileWidth * kTileRows, [&](int i) {
      const int x = tile.x0 + i % kTileWidth, y = tile.y0 + i / kTileWidth;
      if (x >= tile.x1 || y >= tile.y1) return;
      if (!is_peak(source, image, joint, tile, shared.values, x, y, settings.window, settings.threshold))
        return;
      shared.keys[block.add(&shared.count, 1)] =
          key_of(shared.values.values[tile_index(tile, x, y)], y * sizes.map.width + x);
    });
  }
  // The number of higher ones is a key's place; on level ground there may be more peaks than are wanted.
  const int count = shared.count, best = sizes.tile_candidates();
  block.each(count, [&](int i) {
    int rank = i;
    if (count > best) {
      rank = 0;
      for (int j = 0; j < count; ++j) rank += shared.keys[j] > shared.keys[i];
    }
    if (rank < best) kept[rank] = shared.keys[i];
  });
  block.once([&] { memory.tile_counts[place] = count < best ? count : best; });
}

// The joint's best peaks from those of its tiles, with their tags.
template <class Block>
SWAHR_BLOCK void joint_peaks(const Block& block, const TileSource& source, const ParseSizes& sizes,
                             const ParseMemory& memory, int image, int joint, PeakShared& shared) {
  constexpr int kPool = kTileWidth * kTileRows;
  const std::ptrdiff_t place = offset(image, sizes.joints, joint);
  const int tiles = sizes.tiles(), best = sizes.candidates;
  const int* counts = memory.tile_counts + place * tiles;
  const Key* lists = memory.tile_keys + place * tiles * sizes.tile_candidates();
  const auto keep = [&](Key key, int rank) {
    if (rank >= best) return;
    const std::ptrdiff_t slot = offset(place, best, rank);
    const int pixel = pixel_of_key(key);
    memory.confidence[slot] = value_of_key(key);
    memory.xy[2 * slot] = pixel % sizes.map.width;
    memory.xy[2 * slot + 1] = pixel / sizes.map.width;
  };
  block.once([&] { shared.count = 0; });
  block.each(tiles, [&](int tile) {
    const int count = counts[tile];
    if (count == 0) return;
    const int first = block.add(&shared.count, count);
    for (int i = 0; i < count && first + i < kPool; ++i)
      shared.keys[first + i] = lists[static_cast<std::ptrdiff_t>(tile) * sizes.tile_candidates() + i];
  });
  const int total = shared.count;
  if (total <= kPool) {
    block.each(total, [&](int i) {
      int rank = 0;
      for (int j = 0; j < total; ++j) rank += shared.keys[j] > shared.keys[i];
      keep(shared.keys[i], rank);
    });
  } else {  // peaks without end, as of a level map: slow, but right
    block.each(tiles, [&](int tile) {
      for (int i = 0; i < counts[tile]; ++i) {
        const Key key = lists[static_cast<std::ptrdiff_t>(tile) * sizes.tile_candidates() + i];
        int rank = 0;
        for (int other = 0; other < tiles && rank < best; ++other) {
          for (int j = 0; j < counts[other]; ++j)
            rank += lists[static_cast<std::ptrdiff_t>(other) * sizes.tile_candidates() + j] > key;
        }
        keep(key, rank);
      }
    });
  }
  const int count = total < best ? total : best;
  block.each(count * sizes.channels, [&](int i) {
    const std::ptrdiff_t slot = offset(place, best, i / sizes.channels);
    const int channel = i % sizes.channels;
    const float tag = source.at(image, joint, 1 + channel, memory.xy[2 * slot], memory.xy[2 * slot + 1]);
    if ((bits_of(tag) & 0x7fffffff) >= kInfiniteBits) block.lower(memory.bad + 2 * image + 1, joint);
    memory.tags[slot * sizes.channels + channel] = tag;
  });
  block.once([&] { memory.count[place] = count; });
}

}  // namespace swahr
