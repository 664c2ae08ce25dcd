// Threads over joints.
#pragma once

#include <functional>

namespace swahr {

// Call body(i) for i in [0, count) on up to `threads` threads, the calling one among them; 0 means as many
// as the machine has. Returns when all calls have returned. `body` must not throw.
void parallel_for(int count, int threads, const std::function<void(int)>& body);

}  // namespace swahr
