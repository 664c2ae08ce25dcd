#include <pybind11/stl.h>

#include <cmath>

#include "assignment/op.h"
#include "common/view.h"

namespace swahr {
namespace {

using Costs = py::array_t<double, py::array::c_style | py::array::forcecast>;

std::vector<std::pair<int, int>> solve(const Costs& cost) {
  if (cost.ndim() != 2 || cost.shape(0) > kMaxSide || cost.shape(1) > kMaxSide) {
    refuse("cost has " + std::to_string(cost.ndim()) + " axes and " + std::to_string(cost.size()) +
           " numbers; expected [rows, columns]");
  }
  for (py::ssize_t i = 0; i < cost.size(); ++i) {
    if (std::fabs(cost.data()[i]) <= kMaxCost) continue;
    refuse("cost holds NaN or infinity, or a number beyond 1e100: " + std::to_string(cost.data()[i]));
  }
  const auto rows = static_cast<int>(cost.shape(0)), columns = static_cast<int>(cost.shape(1));
  return without_gil([&] { return solve_assignment(cost.data(), rows, columns); });
}

}  // namespace

void bind_assignment(py::module_& module) { module.def("solve_assignment", &solve, py::arg("cost")); }

}  // namespace swahr
