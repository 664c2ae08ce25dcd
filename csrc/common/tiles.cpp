#include "common/tiles.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "common/dispatch.h"
#include "common/order.h"

namespace swahr {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::size_t u(std::ptrdiff_t i) { return static_cast<std::size_t>(i); }

// out[i] = the row at place x0 + i of the axis. row[0] is the source's element `offset`.
SWAHR_DISPATCH
void stretch(const float* row, int offset, const std::int32_t* low, const std::int32_t* high,
             const float* weight, bool twice, int source, int x0, int x1, float* out) {
  int x = x0;
  const auto one = [&] {
    out[x - x0] = (1.0f - weight[x]) * row[low[x] - offset] + weight[x] * row[high[x] - offset];
    ++x;
  };
  if (twice) {
    // Away from the ends the weights take turns, which needs no tables.
    while (x < x1 && (x == 0 || x % 2 == 1)) one();
    const int last = std::min(x1, 2 * source - 2), pairs = (last - x) / 2;
    const float* middle = row + (x / 2 - offset);
    float* target = out + (x - x0);
    for (int i = 0; i < pairs; ++i) {
      target[2 * i] = 0.25f * middle[i - 1] + 0.75f * middle[i];
      target[2 * i + 1] = 0.75f * middle[i] + 0.25f * middle[i + 1];
    }
    x += 2 * std::max(pairs, 0);
  }
  while (x < x1) one();
}

SWAHR_DISPATCH
void mix_rows(const float* low, const float* high, float weight, int width, float* out) {
  const float rest = 1.0f - weight;
  for (int x = 0; x < width; ++x) out[x] = rest * low[x] + weight * high[x];
}

SWAHR_DISPATCH
void add_mixed_rows(const float* low, const float* high, float weight, int width, float* sum) {
  const float rest = 1.0f - weight;
  for (int x = 0; x < width; ++x) sum[x] += rest * low[x] + weight * high[x];
}

SWAHR_DISPATCH
void add_row(const float* row, int width, float* sum) {
  for (int x = 0; x < width; ++x) sum[x] += row[x];
}

// The loads vectorise only if the stride is known when this is compiled: two tags side by side are the common
// case.
SWAHR_DISPATCH
void gather(const float* from, std::ptrdiff_t stride, std::ptrdiff_t count, float* to) {
  if (stride == 1) {
    std::memcpy(to, from, static_cast<std::size_t>(count) * sizeof(float));
  } else if (stride == 2) {
    for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = from[2 * i];
  } else {
    for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = from[i * stride];
  }
}

// Floats from 0 on are ordered as their bits are, and integer maxima vectorise. Returns the largest, or 0.
SWAHR_DISPATCH
float scale_and_top(float* values, std::ptrdiff_t count, float factor) {
  std::int32_t top = 0;
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    values[i] *= factor;
    std::int32_t bits;
    std::memcpy(&bits, values + i, sizeof bits);
    top = std::max(top, bits);
  }
  float result;
  std::memcpy(&result, &top, sizeof result);
  return result;
}

// So many columns are taken down all rows at once: what is kept of them stays in registers.
constexpr int kLanes = 32;

// The largest of each column over `rows` rows, or 0, as bits. Returns the largest bits without the sign.
SWAHR_DISPATCH
std::int32_t column_tops(const float* data, std::ptrdiff_t width, int rows, std::int32_t* top) {
  std::int32_t largest[kLanes] = {};
  std::ptrdiff_t x = 0;
  for (; x + kLanes <= width; x += kLanes) {
    std::int32_t highest[kLanes] = {};
    const float* row = data + x;
    for (int y = 0; y < rows; ++y, row += width) {
      for (int i = 0; i < kLanes; ++i) {
        std::int32_t bits;
        std::memcpy(&bits, row + i, sizeof bits);
        highest[i] = std::max(highest[i], bits);
        largest[i] = std::max(largest[i], bits & 0x7fffffff);
      }
    }
    for (int i = 0; i < kLanes; ++i) top[x + i] = highest[i];
  }
  for (; x < width; ++x) {
    std::int32_t highest = 0;
    for (int y = 0; y < rows; ++y) {
      std::int32_t bits;
      std::memcpy(&bits, data + y * width + x, sizeof bits);
      highest = std::max(highest, bits);
      largest[0] = std::max(largest[0], bits & 0x7fffffff);
    }
    top[x] = highest;
  }
  std::int32_t all = 0;
  for (int i = 0; i < kLanes; ++i) all = std::max(all, largest[i]);
  return all;
}

// What is smaller, or larger; `b` where `a` is NaN. Vectorises as it stands.
inline float lesser(float a, float b) { return a < b ? a : b; }
inline float greater(float a, float b) { return a > b ? a : b; }

// The least and the largest of each column over `rows` rows; what is NaN counts for nothing.
SWAHR_DISPATCH
void column_ranges(const float* data, std::ptrdiff_t width, int rows, float* low, float* high) {
  std::ptrdiff_t x = 0;
  for (; x + kLanes <= width; x += kLanes) {
    float lows[kLanes], highs[kLanes];
    for (int i = 0; i < kLanes; ++i) lows[i] = kInfinity;
    for (int i = 0; i < kLanes; ++i) highs[i] = -kInfinity;
    const float* row = data + x;
    for (int y = 0; y < rows; ++y, row += width) {
      for (int i = 0; i < kLanes; ++i) {
        lows[i] = lesser(row[i], lows[i]);
        highs[i] = greater(row[i], highs[i]);
      }
    }
    for (int i = 0; i < kLanes; ++i) low[x + i] = lows[i];
    for (int i = 0; i < kLanes; ++i) high[x + i] = highs[i];
  }
  for (; x < width; ++x) {
    low[x] = kInfinity;
    high[x] = -kInfinity;
    for (int y = 0; y < rows; ++y) {
      low[x] = lesser(data[y * width + x], low[x]);
      high[x] = greater(data[y * width + x], high[x]);
    }
  }
}

float as_float(std::int32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// The first and last element of a plane that a stretch of the outer axis reads, by way of the middle one.
struct Span {
  int first, last;

  int count() const { return last - first + 1; }
};

Span span(const Axis& outer, const Axis& middle, int from, int to) {
  return {middle.low[u(outer.low[u(from)])], middle.high[u(outer.high[u(to - 1)])]};
}

}  // namespace

Axis::Axis(int target, int source)
    : low(u(target)), high(u(target)), weight(u(target)), twice(target / 2 == source && target % 2 == 0) {
  for (int i = 0; i < target; ++i) {
    const Tap tap = target == source ? Tap{i, i, 0.0f} : make_tap(i, target, source);
    low[u(i)] = tap.low;
    high[u(i)] = tap.high;
    weight[u(i)] = tap.weight;
  }
}

StackAxes::StackAxes(const Stack& stack)
    : outer_columns(stack.outer.width, stack.middle.width),
      outer_rows(stack.outer.height, stack.middle.height) {
  for (int i = 0; i < stack.count; ++i) {
    middle_columns.emplace_back(stack.middle.width, stack.planes[i].size.width);
    middle_rows.emplace_back(stack.middle.height, stack.planes[i].size.height);
  }
}

float TileReader::prepare(int joint, const Rect& rect) {
  joint_ = joint;
  rect_ = rect;
  if (stack_.direct()) return kInfinity;
  middle_ = {axes_.outer_columns.low[u(rect.x0)], axes_.outer_rows.low[u(rect.y0)],
             axes_.outer_columns.high[u(rect.x1 - 1)] + 1, axes_.outer_rows.high[u(rect.y1 - 1)] + 1};
  const std::size_t size = u(middle_.width()) * u(middle_.height());
  if (values_.size() < size) values_.resize(size);
  for (int i = 0; i < stack_.count; ++i) {
    add_plane(stack_.planes[i], axes_.middle_columns[u(i)], axes_.middle_rows[u(i)], i == 0);
  }
  return scale_and_top(values_.data(), static_cast<std::ptrdiff_t>(size), stack_.share());
}

void TileReader::add_plane(const Plane& plane, const Axis& columns, const Axis& rows, bool first) {
  const float* map = plane.map(joint_);
  const std::ptrdiff_t pitch = plane.size.width;
  const int width = middle_.width();
  if (plane.size == stack_.middle) {
    for (int y = middle_.y0; y < middle_.y1; ++y) {
      float* sum = values_.data() + static_cast<std::ptrdiff_t>(y - middle_.y0) * width;
      const float* row = map + y * pitch + middle_.x0;
      if (first) {
        std::copy(row, row + width, sum);
      } else {
        add_row(row, width, sum);
      }
    }
    return;
  }
  const int top = rows.low[u(middle_.y0)], bottom = rows.high[u(middle_.y1 - 1)];
  if (stretched_.size() < u(bottom - top + 1) * u(width)) stretched_.resize(u(bottom - top + 1) * u(width));
  for (int y = top; y <= bottom; ++y) {
    stretch(map + y * pitch, 0, columns.low.data(), columns.high.data(), columns.weight.data(), columns.twice,
            plane.size.width, middle_.x0, middle_.x1,
            stretched_.data() + static_cast<std::ptrdiff_t>(y - top) * width);
  }
  for (int y = middle_.y0; y < middle_.y1; ++y) {
    const float* low = stretched_.data() + static_cast<std::ptrdiff_t>(rows.low[u(y)] - top) * width;
    const float* high = stretched_.data() + static_cast<std::ptrdiff_t>(rows.high[u(y)] - top) * width;
    float* sum = values_.data() + static_cast<std::ptrdiff_t>(y - middle_.y0) * width;
    (first ? mix_rows : add_mixed_rows)(low, high, rows.weight[u(y)], width, sum);
  }
}

TileView TileReader::view() {
  const Plane& plane = stack_.planes[0];
  if (stack_.direct() && plane.pixel_stride == 1) {
    const std::ptrdiff_t pitch = plane.size.width;
    return {plane.map(joint_) + rect_.y0 * pitch + rect_.x0, pitch};
  }
  if (!stack_.direct() && stack_.middle == stack_.outer) return {values_.data(), middle_.width()};
  written_.resize(std::max(written_.size(), u(rect_.width()) * u(rect_.height())));
  write(written_.data(), rect_.width());
  return {written_.data(), rect_.width()};
}

void TileReader::write(float* out, std::ptrdiff_t pitch) {
  const int from = middle_.width(), width = rect_.width();
  if (stack_.direct()) {
    const Plane& plane = stack_.planes[0];
    for (int y = rect_.y0; y < rect_.y1; ++y, out += pitch) {
      const std::ptrdiff_t pixel = static_cast<std::ptrdiff_t>(y) * plane.size.width + rect_.x0;
      gather(plane.map(joint_) + pixel * plane.pixel_stride, plane.pixel_stride, width, out);
    }
    return;
  }
  if (stack_.middle == stack_.outer) {
    for (int y = 0; y < rect_.height(); ++y) {
      std::copy_n(values_.data() + static_cast<std::ptrdiff_t>(y) * from, width, out + y * pitch);
    }
    return;
  }
  const Axis &columns = axes_.outer_columns, &rows = axes_.outer_rows;
  if (stretched_.size() < u(middle_.height()) * u(width)) stretched_.resize(u(middle_.height()) * u(width));
  for (int y = 0; y < middle_.height(); ++y) {
    stretch(values_.data() + static_cast<std::ptrdiff_t>(y) * from, middle_.x0, columns.low.data(),
            columns.high.data(), columns.weight.data(), columns.twice, stack_.middle.width, rect_.x0,
            rect_.x1, stretched_.data() + static_cast<std::ptrdiff_t>(y) * width);
  }
  for (int y = rect_.y0; y < rect_.y1; ++y, out += pitch) {
    const float* low = stretched_.data() + static_cast<std::ptrdiff_t>(rows.low[u(y)] - middle_.y0) * width;
    const float* high = stretched_.data() + static_cast<std::ptrdiff_t>(rows.high[u(y)] - middle_.y0) * width;
    mix_rows(low, high, rows.weight[u(y)], width, out);
  }
}

bool bound_heatmap(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, float* bound) {
  std::fill(bound, bound + grid.count(), 0.0f);
  std::vector<std::int32_t> top;
  for (int i = 0; i < stack.count; ++i) {
    const Plane& plane = stack.planes[i];
    top.resize(u(plane.size.width));
    for (int band = 0; band < grid.bands; ++band) {
      const Rect first = grid.tile(band * grid.columns);
      const Span rows = span(axes.outer_rows, axes.middle_rows[u(i)], first.y0, first.y1);
      const float* data = plane.map(joint) + static_cast<std::ptrdiff_t>(rows.first) * plane.size.width;
      if (column_tops(data, plane.size.width, rows.count(), top.data()) >= kTooLargeBits) return false;
      for (int column = 0; column < grid.columns; ++column) {
        const Rect tile = grid.tile(column);
        const Span columns = span(axes.outer_columns, axes.middle_columns[u(i)], tile.x0, tile.x1);
        bound[band * grid.columns + column] +=
            as_float(*std::max_element(top.data() + columns.first, top.data() + columns.last + 1));
      }
    }
  }
  const float factor = stack.share() * (1.0f + kInterpolationSlack);
  for (int tile = 0; tile < grid.count(); ++tile) bound[tile] *= factor;
  return true;
}

void bound_tags(const Stack& stack, const StackAxes& axes, int joint, const TileGrid& grid, int channels,
                float* low, float* high) {
  std::fill(low, low + static_cast<std::ptrdiff_t>(channels) * grid.count(), 0.0f);
  std::fill(high, high + static_cast<std::ptrdiff_t>(channels) * grid.count(), 0.0f);
  std::vector<float> bottom, top, gathered;
  for (int i = 0; i < stack.count; ++i) {
    const Plane& plane = stack.planes[i];
    const std::ptrdiff_t width = static_cast<std::ptrdiff_t>(plane.size.width) * channels;
    bottom.resize(u(width));
    top.resize(u(width));
    for (int band = 0; band < grid.bands; ++band) {
      const Rect first = grid.tile(band * grid.columns);
      const Span rows = span(axes.outer_rows, axes.middle_rows[u(i)], first.y0, first.y1);
      const std::ptrdiff_t before = static_cast<std::ptrdiff_t>(rows.first) * plane.size.width;
      const float* data = plane.map(joint) + before * plane.pixel_stride;
      if (plane.pixel_stride != channels) {
        gathered.resize(u(rows.count()) * u(width));
        gather(data, plane.pixel_stride, static_cast<std::ptrdiff_t>(gathered.size()), gathered.data());
        data = gathered.data();
      }
      column_ranges(data, width, rows.count(), bottom.data(), top.data());
      for (int place = 0; place < grid.columns * channels; ++place) {
        const int column = place / channels, channel = place % channels;
        const Rect tile = grid.tile(column);
        const Span columns = span(axes.outer_columns, axes.middle_columns[u(i)], tile.x0, tile.x1);
        float below = kInfinity, above = -kInfinity;
        for (std::ptrdiff_t x = columns.first * channels + channel; x <= columns.last * channels + channel;
             x += channels) {
          below = lesser(bottom[u(x)], below);
          above = greater(top[u(x)], above);
        }
        const float slack = kInterpolationSlack * std::max(std::fabs(below), std::fabs(above));
        const int tile_number = channel * grid.count() + band * grid.columns + column;
        low[tile_number] += stack.share() * (below - slack);
        high[tile_number] += stack.share() * (above + slack);
      }
    }
  }
}

}  // namespace swahr
