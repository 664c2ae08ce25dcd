// Python's lock, given to other threads and had again.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <thread>

namespace swahr {

// Calls f(), which takes Python's lock. Once the interpreter ends, Python ends the thread that asks for its
// lock, by unwinding it; no destructor may let that out, and none that lets go of Python's objects may run.
// Such a thread waits until the process ends.
template <class F>
void relock(const F& f) {
  try {
    f();
  } catch (...) {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }
}

// While it lives, other threads of Python run.
class Unlocked {
 public:
  Unlocked() : state_(PyEval_SaveThread()) {}
  ~Unlocked() {
    relock([this] { PyEval_RestoreThread(state_); });
  }
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  PyThreadState* state_;
};

}  // namespace swahr
