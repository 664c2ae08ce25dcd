// Any costs, NaN and infinity too: it ends, and gives each row and column once.
#include <set>

#include "assignment/op.h"
#include "fuzz/input.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  swahr::FuzzInput input(data, size);
  const int rows = input.within(0, 12), columns = input.within(0, 12);
  std::vector<double> cost(static_cast<std::size_t>(rows * columns));
  const double scale = input.flag() ? 1e62 : 1.0;
  for (double& each : cost) each = static_cast<double>(input.number()) * scale;
  std::set<int> seen_rows, seen_columns;
  for (const auto& [row, column] : swahr::solve_assignment(cost.data(), rows, columns)) {
    REQUIRE(row >= 0 && row < rows && column >= 0 && column < columns);
    REQUIRE(seen_rows.insert(row).second && seen_columns.insert(column).second);
  }
  REQUIRE(seen_rows.size() == static_cast<std::size_t>(rows < columns ? rows : columns));
  return 0;
}
