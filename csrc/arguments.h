// Arguments from Python: checked once, with messages that name what was received.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace swahr {

void bind_stages(pybind11::module_& module);
void bind_batch(pybind11::module_& module);

namespace arguments {

namespace py = pybind11;

using Floats = py::array_t<float>;

[[noreturn]] inline void refuse(const std::string& what) { throw py::value_error(what); }

inline std::string shape_of(const py::array& array) {
  std::string text = "[";
  for (py::ssize_t i = 0; i < array.ndim(); ++i) text += (i ? ", " : "") + std::to_string(array.shape(i));
  return text + "]";
}

inline void require_dimensions(const py::array& array, const char* name, py::ssize_t dimensions, const char* expected) {
  if (array.ndim() != dimensions) refuse(std::string(name) + " has shape " + shape_of(array) + "; expected " + expected);
}

inline int as_int(py::ssize_t value, const char* name) {
  if (value > std::numeric_limits<int>::max()) refuse(std::string(name) + " is too large: " + std::to_string(value));
  return static_cast<int>(value);
}

inline void require_at_least(int value, int least, const char* name) {
  if (value < least) {
    refuse(std::string(name) + " is " + std::to_string(value) + "; expected at least " + std::to_string(least));
  }
}

inline void require_order(const std::vector<int>& order, py::ssize_t joints) {
  std::vector<bool> named(static_cast<std::size_t>(joints), false);
  for (const int joint : order) {
    if (joint < 0 || joint >= joints) refuse("order names joint " + std::to_string(joint) + "; there are " + std::to_string(joints));
    named[static_cast<std::size_t>(joint)] = true;
  }
  if (static_cast<py::ssize_t>(order.size()) != joints || std::find(named.begin(), named.end(), false) != named.end()) {
    refuse("order must name each of the " + std::to_string(joints) + " joints once");
  }
}

inline void require_peak_settings(int window, float threshold) {
  if (window < 1 || window % 2 == 0) refuse("window is " + std::to_string(window) + "; expected an odd number from 1 on");
  if (!(threshold >= 0.0f) || !std::isfinite(threshold)) {
    refuse("threshold is " + std::to_string(threshold) + "; expected a finite number from 0 on");
  }
}

template <typename T>
py::array_t<T> to_array(const std::vector<T>& values, std::vector<py::ssize_t> shape) {
  py::array_t<T> array(std::move(shape));
  std::copy(values.begin(), values.end(), array.mutable_data());
  return array;
}

// Settings come from swahr/decode under fixed names, so a missing one is a fault of this project.
template <typename T>
T setting(const py::dict& settings, const char* name) {
  return settings[name].cast<T>();
}

}  // namespace arguments
}  // namespace swahr
