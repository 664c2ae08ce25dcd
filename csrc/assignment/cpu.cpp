#include <algorithm>

#include "assignment/kernel.h"

namespace swahr {

std::vector<std::pair<int, int>> solve_assignment(const double* cost, int rows, int columns) {
  std::vector<std::pair<int, int>> pairs;
  if (rows == 0 || columns == 0) return pairs;
  // A tall matrix is read as the transpose of a wide one.
  const bool tall = rows > columns;
  const int few = std::min(rows, columns), many = std::max(rows, columns);
  const std::ptrdiff_t row_stride = tall ? 1 : columns, column_stride = tall ? columns : 1;
  std::vector<double> memory(assignment_doubles(static_cast<std::size_t>(many)));
  const HostBlock block;
  Assignment<HostBlock> assignment(block, memory.data(), many);
  assignment.solve(few, many, [&](int i, int j) { return cost[i * row_stride + j * column_stride]; });
  for (int i = 0; i < few; ++i) {
    const int j = assignment.column_of(i);
    pairs.emplace_back(tall ? j : i, tall ? i : j);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace swahr
