// What the kernels read: maps at input size, or stage maps that are sampled on reading.
//
// Map 0 is heat, map 1 + t is tag channel t. A tile is loaded in two steps: `prepare` tells its largest value, so that
// `finish`, which makes its values, can often be left out.
#pragma once

#include <cstddef>

#include "common/block.h"
#include "common/grid.h"
#include "common/maps.h"
#include "common/order.h"
#include "common/stages.h"

namespace swahr {

// A tile is loaded with so many pixels around it.
constexpr int kTileHalo = 2;
constexpr int kTilePitch = kTileWidth + 2 * kTileHalo, kTileHeight = kTileRows + 2 * kTileHalo;
constexpr int kTileValues = kTilePitch * kTileHeight;
// Enough wherever the input is at least as large as the finest stage; beyond, pixels are sampled one by one.
constexpr int kMiddleValues = (kTilePitch + 2) * (kTileHeight + 2);

// values[(y - y0 + kTileHalo) * kTilePitch + (x - x0 + kTileHalo)] is the value at (x, y), for the tile at (x0, y0).
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

// Calls put(place in TileValues, x, y, whether that is on the map) for each place.
template <class Block, class Put>
SWAHR_BLOCK void each_place(const Block& block, const Rect& tile, MapSize size, const Put& put) {
  block.each(kTileValues, [&](int i) {
    const int x = tile.x0 - kTileHalo + i % kTilePitch, y = tile.y0 - kTileHalo + i / kTilePitch;
    put(i, x, y, x >= 0 && y >= 0 && x < size.width && y < size.height);
  });
}

// Heat and tags of a batch at input size.
struct StoredSource {
  HeatMaps heat_maps;
  TagMaps tag_maps;
  std::ptrdiff_t heat_image_stride, tag_image_stride;

  SWAHR_HD int joints() const { return heat_maps.joints; }
  SWAHR_HD int channels() const { return tag_maps.channels; }
  SWAHR_HD MapSize size() const { return {heat_maps.height, heat_maps.width}; }
  SWAHR_HD float at(int image, int joint, int map, int x, int y) const {
    const std::ptrdiff_t pixel = static_cast<std::ptrdiff_t>(y) * heat_maps.width + x;
    if (map == 0) return heat_maps.data[image * heat_image_stride + joint * pixels() + pixel];
    return tag_maps.data[image * tag_image_stride + joint * tag_maps.joint_stride + pixel * tag_maps.pixel_stride +
                         (map - 1) * tag_maps.channel_stride];
  }

  // Returns top_bits of the tile's values: they are at hand after this.
  template <class Block>
  SWAHR_BLOCK std::int32_t prepare(const Block& block, int image, int joint, int map, const Rect& tile, float outside,
                                   TileValues& out, TileScratch&) const {
    each_place(block, tile, size(), [&](int i, int x, int y, bool on_map) {
      out.values[i] = on_map ? at(image, joint, map, x, y) : outside;
    });
    return block.largest(tile.width() * tile.height(), std::int32_t{0}, [&](int i) {
      return top_bits(out.values[tile_index(tile, tile.x0 + i % tile.width(), tile.y0 + i / tile.width())]);
    });
  }
  template <class Block>
  SWAHR_BLOCK void finish(const Block&, int, int, int, const Rect&, float, TileValues&, TileScratch&) const {}

 private:
  SWAHR_HD std::ptrdiff_t pixels() const { return static_cast<std::ptrdiff_t>(heat_maps.height) * heat_maps.width; }
};

// The same, of stage maps.
struct StageSource {
  StageMaps stages;

  SWAHR_HD int joints() const { return stages.joints; }
  SWAHR_HD int channels() const { return stages.channels; }
  SWAHR_HD MapSize size() const { return stages.heat.outer; }
  SWAHR_HD const Stack& stack(int map) const { return map == 0 ? stages.heat : stages.tags[map - 1]; }
  SWAHR_HD float at(int image, int joint, int map, int x, int y) const { return stack(map).at(joint, x, y, image); }

  template <class Block>
  SWAHR_BLOCK std::int32_t prepare(const Block& block, int image, int joint, int map, const Rect& tile, float,
                                   TileValues&, TileScratch& scratch) const {
    const Rect middle = middle_of(tile);
    const int width = middle.width();
    const bool fits = width * middle.height() <= kMiddleValues;
    return block.largest(width * middle.height(), std::int32_t{0}, [&](int i) {
      const float value = stack(map).middle_at(joint, middle.x0 + i % width, middle.y0 + i / width, image);
      if (fits) scratch.middle[i] = value;
      return top_bits(value);
    });
  }
  template <class Block>
  SWAHR_BLOCK void finish(const Block& block, int image, int joint, int map, const Rect& tile, float outside,
                          TileValues& out, TileScratch& scratch) const {
    const Rect middle = middle_of(tile);
    const int width = middle.width();
    const bool fits = width * middle.height() <= kMiddleValues;
    const MapSize inner = stages.heat.middle, outer = size();
    each_place(block, tile, outer, [&](int i, int x, int y, bool on_map) {
      if (!on_map) {
        out.values[i] = outside;
      } else if (!fits) {
        out.values[i] = at(image, joint, map, x, y);
      } else if (inner == outer) {
        out.values[i] = scratch.middle[(y - middle.y0) * width + (x - middle.x0)];
      } else {
        const Tap column = make_tap(x, outer.width, inner.width), row = make_tap(y, outer.height, inner.height);
        const int low = (row.low - middle.y0) * width - middle.x0, high = (row.high - middle.y0) * width - middle.x0;
        out.values[i] = mix(mix(scratch.middle[low + column.low], scratch.middle[low + column.high], column.weight),
                            mix(scratch.middle[high + column.low], scratch.middle[high + column.high], column.weight),
                            row.weight);
      }
    });
  }

 private:
  SWAHR_HD Rect middle_of(const Rect& tile) const {
    const MapSize inner = stages.heat.middle, outer = size();
    const Rect around = surroundings(tile, outer);
    if (inner == outer) return around;
    return {make_tap(around.x0, outer.width, inner.width).low, make_tap(around.y0, outer.height, inner.height).low,
            make_tap(around.x1 - 1, outer.width, inner.width).high + 1,
            make_tap(around.y1 - 1, outer.height, inner.height).high + 1};
  }
};

}  // namespace swahr
