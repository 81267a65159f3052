// How the entries of this library say that something went wrong: no exception leaves them.
#pragma once
#include <cstddef>
#include <cstdio>
#include <exception>

namespace moe {

// 0, or 1 with the reason in `message`.
template <class Work>
int told(char* message, int length, Work work) {
  try {
    work();
    return 0;
  } catch (const std::exception& failure) {
    std::snprintf(message, static_cast<std::size_t>(length), "%s", failure.what());
    return 1;
  } catch (...) {
    std::snprintf(message, static_cast<std::size_t>(length), "an exception of another kind");
    return 1;
  }
}

}  // namespace moe
