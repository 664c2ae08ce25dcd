// Views of tensors from Python: numpy, torch or whatever speaks DLPack, on the processor or a GPU. Arguments
// are checked here, once, with messages that name what was received; the operations take them as they are.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/dlpack.h"
#include "common/interrupt.h"
#include "common/stream.h"
#include "common/unlocked.h"

namespace swahr {

namespace py = pybind11;

// Throws the ValueError.
[[noreturn]] inline void refuse(const std::string& what) { throw py::value_error(what); }

inline void require_at_least(std::int64_t value, std::int64_t least, const char* name) {
  if (value >= least) return;
  refuse(std::string(name) + " is " + std::to_string(value) + "; expected at least " + std::to_string(least));
}

// Positions are told apart in float32, and pixels counted in 32 bits.
constexpr std::int64_t kMaxSide = 1 << 24, kMaxPixels = (std::int64_t{1} << 31) - 1;

inline void require_size(std::int64_t height, std::int64_t width) {
  require_at_least(height, 1, "height");
  require_at_least(width, 1, "width");
  if (height <= kMaxSide && width <= kMaxSide && height * width <= kMaxPixels) return;
  refuse("a map of " + std::to_string(height) + " x " + std::to_string(width) +
         " is too large: expected sides up to " + std::to_string(kMaxSide) + " and fewer than 2^31 pixels");
}

template <class T>
struct TypeOf;
template <>
struct TypeOf<float> {
  static constexpr dlpack::DataType value{dlpack::kFloat, 32, 1};
};
template <>
struct TypeOf<double> {
  static constexpr dlpack::DataType value{dlpack::kFloat, 64, 1};
};
template <>
struct TypeOf<std::int32_t> {
  static constexpr dlpack::DataType value{dlpack::kInt, 32, 1};
};
template <>
struct TypeOf<std::uint8_t> {
  static constexpr dlpack::DataType value{dlpack::kUInt, 8, 1};
};

// A tensor that somebody else owns, which lives on as long as this. name: of the argument, for messages.
class TensorView {
 public:
  TensorView(const py::handle& object, std::string name);

  const std::vector<std::int64_t>& shape() const { return shape_; }
  std::int64_t shape(std::size_t axis) const { return shape_[axis]; }
  std::int64_t stride(std::size_t axis) const { return strides_[axis]; }  // elements
  bool on_gpu() const { return device_.type == dlpack::kCuda; }
  bool has_type(dlpack::DataType type) const { return type_.code == type.code && type_.bits == type.bits; }

  bool empty() const { return std::find(shape_.begin(), shape_.end(), 0) != shape_.end(); }
  // Whether elements follow each other along axes [from, to), the last fastest, `step` elements apart.
  bool follows(std::size_t from, std::size_t to, std::int64_t step = 1) const;
  bool contiguous() const { return empty() || follows(0, shape_.size()); }

  std::string described() const;  // "float32 [17, 4, 5] on the processor"
  [[noreturn]] void refuse(const std::string& expected) const;

  // Refuse what is not of this number type and number of axes, and what is empty. expected: "[K, H, W]".
  template <class T>
  const TensorView& require(std::size_t axes, const char* expected) const {
    if (!has_type(TypeOf<T>::value) || shape_.size() != axes) refuse(expected);
    if (empty()) refuse(std::string(expected) + ", not empty");
    return *this;
  }
  // ... of another shape, or with gaps.
  template <class T>
  T* require_out(const std::vector<std::int64_t>& shape, const char* expected) const {
    if (!has_type(TypeOf<T>::value) || shape_ != shape || !contiguous() || !writable_) refuse(expected);
    return static_cast<T*>(data_);
  }
  template <class T>
  const T* data() const {
    return static_cast<const T*>(data_);
  }
  void* address() const { return data_; }
  // Throws where it is on another device than `other`.
  void require_device_of(const TensorView& other) const;

 private:
  py::object owner_;
  std::string name_;
  void* data_ = nullptr;
  dlpack::Device device_{dlpack::kCpu, 0};
  dlpack::DataType type_{};
  std::vector<std::int64_t> shape_, strides_;
  bool writable_ = true;
};

inline CudaStream stream_of(std::uintptr_t stream) { return reinterpret_cast<CudaStream>(stream); }

[[noreturn]] inline void refuse_gpu() { refuse("this build has no CUDA kernels"); }

// Whether Python has something to do, as for Ctrl-C; the error of that is then set. On Python's main thread.
inline bool signals_say_end() {
  PyGILState_STATE state{};
  relock([&] { state = PyGILState_Ensure(); });
  const bool end = PyErr_CheckSignals() != 0;
  PyGILState_Release(state);
  return end;
}

// f() while other threads of Python run; Ctrl-C ends it where it polls.
template <class F>
auto without_gil(const F& f) {
  try {
    const Unlocked unlocked;
    const Watch watch(&signals_say_end);
    return f();
  } catch (const Interrupted&) {
    throw py::error_already_set();
  }
}

// A numpy array of its own.
template <typename T>
py::array_t<T> to_array(const std::vector<T>& values, std::vector<py::ssize_t> shape) {
  py::array_t<T> array(std::move(shape));
  std::copy(values.begin(), values.end(), array.mutable_data());
  return array;
}

}  // namespace swahr
