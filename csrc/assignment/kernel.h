// The assignment by a block of threads: the body that the processor and the CUDA kernel share.
#pragma once

#include <cstddef>

#include "assignment/op.h"
#include "common/block.h"
#include "common/host_device.h"
#include "common/order.h"

namespace swahr {

// The memory of an assignment of up to n columns, in doubles.
SWAHR_HD constexpr std::size_t assignment_doubles(std::size_t n) { return 3 * n + (5 * n + 1) / 2; }

// At least as many columns as rows.
template <class Block>
class Assignment {
 public:
  static constexpr int kNobody = -1;

  // memory: assignment_doubles(n) of them.
  SWAHR_BLOCK Assignment(const Block& block, double* memory, std::ptrdiff_t n) : block_(block) {
    row_potential_ = memory;
    column_potential_ = row_potential_ + n;
    shortest_ = column_potential_ + n;
    column_of_ = reinterpret_cast<int*>(shortest_ + n);
    row_of_ = column_of_ + n;
    came_from_ = row_of_ + n;
    unvisited_ = came_from_ + n;
    visited_ = unvisited_ + n;
  }

  // The column of a row, after `solve`.
  SWAHR_BLOCK int column_of(int row) const { return column_of_[row]; }

  // cost(i, j): of row i in column j, within +-kMaxCost.
  template <class Cost>
  SWAHR_BLOCK void solve(int rows, int columns, const Cost& cost) {
    block_.each(columns, [&](int j) {
      row_of_[j] = kNobody;
      column_potential_[j] = 0.0;
    });
    block_.each(rows, [&](int i) {
      double least = cost(i, 0);
      for (int j = 1; j < columns; ++j) least = cost(i, j) < least ? cost(i, j) : least;
      row_potential_[i] = least;
      column_of_[i] = kNobody;
    });
    for (int i = 0; i < rows; ++i) {
      const int free = block_.least(columns, columns, [&](int j) {
        return row_of_[j] == kNobody && cost(i, j) == row_potential_[i] ? j : columns;
      });
      if (free == columns) continue;
      block_.once([&] {
        row_of_[free] = i;
        column_of_[i] = free;
      });
    }
    for (int i = 0; i < rows; ++i) {
      if (column_of_[i] == kNobody) augment(i, columns, cost);
    }
  }

 private:
  // The shortest path by reduced costs from `row` to a free column, and the matches along it flipped. It ends
  // whatever the costs are: each step takes one column, of which there are no more rows than; and a path
  // leads through columns in the order in which they were taken, or, where no cost is below infinity,
  // straight to `row`.
  template <class Cost>
  SWAHR_BLOCK void augment(int row, int columns, const Cost& cost) {
    const auto unreached = static_cast<double>(float_of(kInfiniteBits));
    block_.each(columns, [&](int j) {
      unvisited_[j] = columns - 1 - j;
      shortest_[j] = unreached;
      came_from_[j] = row;
    });
    double reached = 0.0;
    int from = row, end = kNobody, visited = 0;
    for (int left = columns; end == kNobody && left > 0; --left) {
      block_.poll();
      block_.each(left, [&](int k) {
        const int j = unvisited_[k];
        const double distance = reached + cost(from, j) - row_potential_[from] - column_potential_[j];
        if (distance < shortest_[j]) {
          shortest_[j] = distance;
          came_from_[j] = from;
        }
      });
      const double least = block_.least(left, unreached, [&](int k) { return shortest_[unvisited_[k]]; });
      // Of the nearest the last free one, or else the first.
      const int choice = block_.largest(left, -1, [&](int k) {
        const int j = unvisited_[k];
        if (!(shortest_[j] == least)) return -1;
        return row_of_[j] == kNobody ? left + k : left - 1 - k;
      });
      const int nearest = choice >= left ? choice - left : left - 1 - choice;
      const int column = unvisited_[nearest];
      reached = least;
      if (row_of_[column] == kNobody) {
        end = column;
      } else {
        from = row_of_[column];
      }
      const int last = unvisited_[left - 1];
      block_.barrier();  // all have read what is written next
      if (end == kNobody) {
        block_.once([&] {
          visited_[visited] = column;
          unvisited_[nearest] = last;
        });
        ++visited;
      }
    }
    if (end == kNobody) return;
    block_.once([&] { row_potential_[row] += reached; });
    block_.each(visited, [&](int k) {
      const int column = visited_[k];
      row_potential_[row_of_[column]] += reached - shortest_[column];
      column_potential_[column] -= reached - shortest_[column];
    });
    block_.once([&] {
      int column = end;
      for (int via = kNobody; via != row;) {
        via = came_from_[column];
        row_of_[column] = via;
        const int before = column_of_[via];
        column_of_[via] = column;
        column = before;
      }
    });
  }

  const Block& block_;
  double *row_potential_, *column_potential_, *shortest_;
  int *column_of_, *row_of_, *came_from_, *unvisited_, *visited_;
};

}  // namespace swahr
