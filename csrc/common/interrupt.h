// Long work that its caller may end, as by Ctrl-C.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>

namespace swahr {

// Thrown by `poll` once the caller has asked for the end.
struct Interrupted : std::exception {
  const char* what() const noexcept override { return "the work was interrupted"; }
};

// While it lives, `poll` on this thread asks `ask` now and then whether the work shall end. The threads of
// `parallel_for` see what it was told, and do not ask.
class Watch {
 public:
  using Ask = bool (*)();

  explicit Watch(Ask ask);
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  ~Watch();

  // What this thread is watched by; null: nothing.
  static Watch* current();
  // Throws Interrupted where the work shall end. Its own thread asks, at most each kInterval.
  void look();
  bool ended() const { return ended_.load(std::memory_order_relaxed); }

  static constexpr std::chrono::milliseconds kInterval{50};

 private:
  Ask ask_;
  Watch* before_;
  std::chrono::steady_clock::time_point next_;
  std::atomic<bool> ended_{false};
};

// A thread that helps with watched work, as long as this lives.
class WatchedHelper {
 public:
  explicit WatchedHelper(Watch* watch);
  WatchedHelper(const WatchedHelper&) = delete;
  WatchedHelper& operator=(const WatchedHelper&) = delete;
  ~WatchedHelper();
};

// To be called once every few microseconds to milliseconds of work. Throws Interrupted.
void poll();

}  // namespace swahr
