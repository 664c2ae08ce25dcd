// What the kernels read: the maps of a batch, a tile at a time.
//
// Map 0 is the heatmap, map 1 + t is tag channel t. A tile is loaded in two steps: `prepare` gives its
// largest value, so that `finish`, which makes its values, can often be left out.
#pragma once

#include <cstddef>

#include "common/block.h"
#include "common/grid.h"
#include "common/maps.h"
#include "common/order.h"

namespace swahr {

// So many tag channels fit into a kernel's arguments.
constexpr int kMaxTags = 8;

// A tile is loaded with so many pixels around it.
constexpr int kTileHalo = 2;
constexpr int kTilePitch = kTileWidth + 2 * kTileHalo, kTileHeight = kTileRows + 2 * kTileHalo;
constexpr int kTileValues = kTilePitch * kTileHeight;
// Enough wherever the input is at least as large as the finest stage; beyond, pixels are sampled one by one.
constexpr int kMiddleValues = (kTilePitch + 2) * (kTileHeight + 2);

// values[(y - y0 + kTileHalo) * kTilePitch + (x - x0 + kTileHalo)] is the value at (x, y), for the tile at
// (x0, y0).
struct TileValues {
  float values[kTileValues];
};

struct TileScratch {
  float middle[kMiddleValues];
};

SWAHR_HD inline int tile_index(const Rect& tile, int x, int y) {
  return (y - tile.y0 + kTileHalo) * kTilePitch + (x - tile.x0 + kTileHalo);
}

// The part of a tile and its surroundings that is on the map.
SWAHR_HD inline Rect surroundings(const Rect& tile, MapSize size) {
  return {tile.x0 > kTileHalo ? tile.x0 - kTileHalo : 0, tile.y0 > kTileHalo ? tile.y0 - kTileHalo : 0,
          tile.x1 + kTileHalo < size.width ? tile.x1 + kTileHalo : size.width,
          tile.y1 + kTileHalo < size.height ? tile.y1 + kTileHalo : size.height};
}

// All stacks have the same middle and outer size.
struct TileSource {
  Stack heatmaps;
  Stack tags[kMaxTags];  // one a channel
  int joints, channels;

  SWAHR_HD MapSize size() const { return heatmaps.outer; }
  SWAHR_HD float at(int image, int joint, int map, int x, int y) const {
    return stack(map).at(joint, x, y, image);
  }

  // Returns top_bits of what the tile's values are made of.
  template <class Block>
  SWAHR_BLOCK std::int32_t prepare(const Block& block, int image, int joint, int map, const Rect& tile,
                                   TileScratch& scratch) const {
    const Rect middle = middle_of(tile);
    const int width = middle.width();
    const bool fits = width * middle.height() <= kMiddleValues;
    return block.largest(width * middle.height(), std::int32_t{0}, [&](int i) {
      const float value = stack(map).middle_at(joint, middle.x0 + i % width, middle.y0 + i / width, image);
      if (fits) scratch.middle[i] = value;
      return top_bits(value);
    });
  }

  // Puts the tile's values into `out`; beyond the map they are `outside`.
  template <class Block>
  SWAHR_BLOCK void finish(const Block& block, int image, int joint, int map, const Rect& tile, float outside,
                          TileValues& out, const TileScratch& scratch) const {
    const Rect middle = middle_of(tile);
    const int width = middle.width();
    const bool fits = width * middle.height() <= kMiddleValues;
    const MapSize inner = heatmaps.middle, outer = size();
    block.each(kTileValues, [&](int i) {
      const int x = tile.x0 - kTileHalo + i % kTilePitch, y = tile.y0 - kTileHalo + i / kTilePitch;
      if (x < 0 || y < 0 || x >= outer.width || y >= outer.height) {
        out.values[i] = outside;
      } else if (!fits) {
        out.values[i] = at(image, joint, map, x, y);
      } else if (inner == outer) {
        out.values[i] = scratch.middle[(y - middle.y0) * width + (x - middle.x0)];
      } else {
        const Tap column = make_tap(x, outer.width, inner.width),
                  row = make_tap(y, outer.height, inner.height);
        const int low = (row.low - middle.y0) * width - middle.x0;
        const int high = (row.high - middle.y0) * width - middle.x0;
        out.values[i] =
            mix(mix(scratch.middle[low + column.low], scratch.middle[low + column.high], column.weight),
                mix(scratch.middle[high + column.low], scratch.middle[high + column.high], column.weight),
                row.weight);
      }
    });
  }

 private:
  SWAHR_HD const Stack& stack(int map) const { return map == 0 ? heatmaps : tags[map - 1]; }
  SWAHR_HD Rect middle_of(const Rect& tile) const {
    const MapSize inner = heatmaps.middle, outer = size();
    const Rect around = surroundings(tile, outer);
    if (inner == outer) return around;
    return {make_tap(around.x0, outer.width, inner.width).low,
            make_tap(around.y0, outer.height, inner.height).low,
            make_tap(around.x1 - 1, outer.width, inner.width).high + 1,
            make_tap(around.y1 - 1, outer.height, inner.height).high + 1};
  }
};

}  // namespace swahr
