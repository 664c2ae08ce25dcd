#include "common/interrupt.h"

namespace swahr {
namespace {

thread_local Watch* watching = nullptr;
thread_local bool asks = false;  // this thread is the one that the watch was made on
thread_local unsigned polls = 0;

// Reading the clock takes longer than most of what is done between two polls.
constexpr unsigned kPollsOfALook = 64;

}  // namespace

Watch::Watch(Ask ask) : ask_(ask), before_(watching), next_(std::chrono::steady_clock::now() + kInterval) {
  watching = this;
  asks = true;
}

Watch::~Watch() {
  watching = before_;
  asks = before_ != nullptr;
}

Watch* Watch::current() { return watching; }

void Watch::look() {
  if (!ended() && asks) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_) {
      if (ask_()) ended_ = true;
      next_ = now + kInterval;
    }
  }
  if (ended()) throw Interrupted();
}

WatchedHelper::WatchedHelper(Watch* watch) { watching = watch; }

WatchedHelper::~WatchedHelper() { watching = nullptr; }

void poll() {
  if (watching == nullptr) return;
  if (watching->ended() || ++polls % kPollsOfALook == 0) watching->look();
}

}  // namespace swahr
