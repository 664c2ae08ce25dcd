// The input cut into tiles.
#pragma once

#include "common/host_device.h"
#include "common/maps.h"

namespace swahr {

// A tile, input pixels: wide enough for vectors, small enough that a bound says something about all of it.
constexpr int kTileWidth = 64, kTileRows = 16;

struct Rect {
  int x0, y0, x1, y1;  // [x0, x1) x [y0, y1)

  SWAHR_HD int width() const { return x1 - x0; }
  SWAHR_HD int height() const { return y1 - y0; }
};

struct TileGrid {
  SWAHR_HD explicit TileGrid(MapSize size_)
      : size(size_),
        columns((size_.width + kTileWidth - 1) / kTileWidth),
        bands((size_.height + kTileRows - 1) / kTileRows) {}

  SWAHR_HD int count() const { return columns * bands; }
  SWAHR_HD Rect tile(int index) const {
    const int x = index % columns * kTileWidth, y = index / columns * kTileRows;
    return {x, y, x + kTileWidth < size.width ? x + kTileWidth : size.width,
            y + kTileRows < size.height ? y + kTileRows : size.height};
  }

  MapSize size;
  int columns, bands;
};

}  // namespace swahr
