#include "common/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "common/interrupt.h"

namespace swahr {

void parallel_for(int count, int threads, const std::function<void(int)>& body) {
  if (threads <= 0) threads = static_cast<int>(std::thread::hardware_concurrency());
  threads = std::max(1, std::min(threads, count));
  std::atomic<int> next{0};
  std::exception_ptr first_error;
  std::mutex error_mutex, left_mutex;
  std::condition_variable one_left;
  int running = 0;
  Watch* const watch = Watch::current();
  const auto work = [&] {
    try {
      for (int i = next++; i < count; i = next++) body(i);
    } catch (...) {
      next = count;
      const std::lock_guard<std::mutex> lock(error_mutex);
      if (!first_error) first_error = std::current_exception();
    }
  };
  const auto help = [&] {
    {
      const WatchedHelper watched(watch);
      work();
    }
    const std::lock_guard<std::mutex> lock(left_mutex);
    --running;
    one_left.notify_one();
  };
  std::vector<std::thread> helpers;
  helpers.reserve(static_cast<std::size_t>(threads - 1));
  try {
    for (int t = 1; t < threads; ++t) {
      {
        const std::lock_guard<std::mutex> lock(left_mutex);
        ++running;
      }
      helpers.emplace_back(help);
    }
  } catch (const std::system_error&) {
    // The machine gives no more threads: those that started, this one at least, do all the work.
    const std::lock_guard<std::mutex> lock(left_mutex);
    --running;
  }
  work();
  if (watch != nullptr) {
    std::unique_lock<std::mutex> lock(left_mutex);
    while (!one_left.wait_for(lock, Watch::kInterval, [&] { return running == 0; })) {
      lock.unlock();
      try {
        watch->look();
      } catch (...) {  // the others see it at their next poll
        next = count;
        const std::lock_guard<std::mutex> error_lock(error_mutex);
        if (!first_error) first_error = std::current_exception();
      }
      lock.lock();
    }
  }
  for (std::thread& helper : helpers) helper.join();
  if (first_error) std::rethrow_exception(first_error);
}

}  // namespace swahr
