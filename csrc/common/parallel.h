// Threads over joints.
#pragma once

#include <functional>

namespace swahr {

// Call body(i) for i in [0, count) on up to `threads` threads, the calling one among them; 0 means as many
// as the machine has. Where the machine refuses threads, fewer do. Returns when all calls have returned.
// After an exception no further calls begin, and the first one is thrown on here. A watch of the calling
// thread watches them all, and is asked while it waits for the others too.
void parallel_for(int count, int threads, const std::function<void(int)>& body);

}  // namespace swahr
