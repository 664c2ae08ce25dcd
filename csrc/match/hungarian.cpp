#include "match/hungarian.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

namespace swahr {
namespace {

constexpr double kUnreached = std::numeric_limits<double>::infinity();
constexpr int kNobody = -1;

std::size_t u(int i) { return static_cast<std::size_t>(i); }

// rows <= columns. Strides let a wide matrix be read as the transpose of a tall one.
class Solver {
 public:
  Solver(const double* cost, int rows, int columns, std::ptrdiff_t row_stride, std::ptrdiff_t column_stride)
      : cost_(cost),
        rows_(rows),
        columns_(columns),
        row_stride_(row_stride),
        column_stride_(column_stride),
        row_potential_(u(rows), 0.0),
        column_potential_(u(columns), 0.0),
        column_of_(u(rows), kNobody),
        row_of_(u(columns), kNobody),
        came_from_(u(columns), kNobody),
        unvisited_(u(columns)),
        shortest_(u(columns)) {}

  // Returns the row of each column, or kNobody.
  const std::vector<int>& solve() {
    for (int i = 0; i < rows_; ++i) take_cheapest_free(i);
    for (int i = 0; i < rows_; ++i) {
      if (column_of_[u(i)] == kNobody) augment(i);
    }
    return row_of_;
  }

 private:
  double at(int i, int j) const { return cost_[i * row_stride_ + j * column_stride_]; }

  void take_cheapest_free(int i) {
    double least = at(i, 0);
    for (int j = 1; j < columns_; ++j) least = std::min(least, at(i, j));
    row_potential_[u(i)] = least;
    for (int j = 0; j < columns_; ++j) {
      if (row_of_[u(j)] == kNobody && at(i, j) == least) {
        row_of_[u(j)] = i;
        column_of_[u(i)] = j;
        return;
      }
    }
  }

  // Find the shortest path by reduced costs from `row` to a free column, and flip the matches along it.
  void augment(int row) {
    std::iota(unvisited_.begin(), unvisited_.end(), 0);
    std::reverse(unvisited_.begin(), unvisited_.end());
    std::fill(shortest_.begin(), shortest_.end(), kUnreached);
    std::vector<int> visited;
    double reached = 0.0;
    int from = row, end = kNobody;
    for (std::size_t left = unvisited_.size(); end == kNobody; --left) {
      const std::size_t nearest = reach_from(from, reached, left);
      const int column = unvisited_[nearest];
      reached = shortest_[u(column)];
      if (row_of_[u(column)] == kNobody) {
        end = column;
      } else {
        from = row_of_[u(column)];
        visited.push_back(column);
        unvisited_[nearest] = unvisited_[left - 1];
      }
    }
    row_potential_[u(row)] += reached;
    for (const int column : visited) {
      row_potential_[u(row_of_[u(column)])] += reached - shortest_[u(column)];
      column_potential_[u(column)] -= reached - shortest_[u(column)];
    }
    flip_path(row, end);
  }

  // Reach further columns from a row at distance `reached`. Returns the place in `unvisited_` of the nearest
  // column; of equal ones the first, but a free column after it is preferred.
  std::size_t reach_from(int row, double reached, std::size_t left) {
    std::size_t nearest = 0;
    double least = kUnreached;
    for (std::size_t k = 0; k < left; ++k) {
      const int j = unvisited_[k];
      const double distance = reached + at(row, j) - row_potential_[u(row)] - column_potential_[u(j)];
      if (distance < shortest_[u(j)]) {
        shortest_[u(j)] = distance;
        came_from_[u(j)] = row;
      }
      const double shortest = shortest_[u(j)];
      if (shortest < least || (shortest == least && row_of_[u(j)] == kNobody)) {
        least = shortest;
        nearest = k;
      }
    }
    return nearest;
  }

  void flip_path(int row, int column) {
    for (int via = kNobody; via != row;) {
      via = came_from_[u(column)];
      row_of_[u(column)] = via;
      std::swap(column_of_[u(via)], column);
    }
  }

  const double* cost_;
  int rows_, columns_;
  std::ptrdiff_t row_stride_, column_stride_;
  std::vector<double> row_potential_, column_potential_;
  std::vector<int> column_of_, row_of_, came_from_, unvisited_;
  std::vector<double> shortest_;
};

}  // namespace

std::vector<std::pair<int, int>> solve_assignment(const double* cost, int rows, int columns) {
  std::vector<std::pair<int, int>> pairs;
  if (rows == 0 || columns == 0) return pairs;
  const bool tall = rows > columns;
  Solver solver = tall ? Solver(cost, columns, rows, 1, columns) : Solver(cost, rows, columns, columns, 1);
  const std::vector<int>& row_of = solver.solve();
  for (int j = 0; j < std::max(rows, columns); ++j) {
    const int i = row_of[u(j)];
    if (i != kNobody) pairs.emplace_back(tall ? j : i, tall ? i : j);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace swahr
