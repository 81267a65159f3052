// The collectives of libtorch 2.10.0 on groups that group.cpp has registered: the C++ functions behind the operations of _c10d_functional. Through
// libtorch's stable C interface each text that an operation takes would stay in memory for good, and hold the heap around it in pieces.
#include <cstddef>
#include <cstdint>
#include <string>
#include "told.h"

namespace c10 {
// LAYOUT: a number that is known is itself.
struct SymInt {
  int64_t number;
};
template <class T>
struct ArrayRef {  // LAYOUT
  const T* data;
  std::size_t length;
};
}  // namespace c10

namespace at {
// LAYOUT: a pointer that is counted. What libtorch returns becomes its new owner's as it is, so nothing is copied or counted here.
struct Tensor {
  void* body;
  Tensor(const Tensor&) = delete;
  ~Tensor() {}
};
}  // namespace at

namespace c10d {
at::Tensor& all_reduce_(at::Tensor& tensor, std::string operation, std::string group);
at::Tensor& broadcast_(at::Tensor& tensor, int64_t root, std::string group);
at::Tensor all_to_all_single(const at::Tensor& rows, c10::ArrayRef<c10::SymInt> received, c10::ArrayRef<c10::SymInt> sent, std::string group);
at::Tensor wait_tensor(const at::Tensor& tensor);
}  // namespace c10d

// Begins to add up a tensor over the ranks, in place.
extern "C" int moe_c10d_sum(at::Tensor* tensor, const char* group, char* message, int length) {
  return moe::told(message, length, [&] { c10d::all_reduce_(*tensor, "sum", group); });
}

// Begins to give a tensor of one rank to all, in place.
extern "C" int moe_c10d_broadcast(at::Tensor* tensor, int root, const char* group, char* message, int length) {
  return moe::told(message, length, [&] { c10d::broadcast_(*tensor, root, group); });
}

// Begins to send rows to each rank; what they will have come to is the caller's.
extern "C" int moe_c10d_exchange(const at::Tensor* rows, const int64_t* received, const int64_t* sent, int ranks, const char* group,
                                 at::Tensor** made, char* message, int length) {
  return moe::told(message, length, [&] {
    const auto numbers = [&](const int64_t* of_ranks) {
      return c10::ArrayRef<c10::SymInt>{reinterpret_cast<const c10::SymInt*>(of_ranks), static_cast<std::size_t>(ranks)};
    };
    *made = new at::Tensor(c10d::all_to_all_single(*rows, numbers(received), numbers(sent), group));
  });
}

// Waits until what was begun with the memory of a tensor is done. What is given is the caller's.
extern "C" int moe_c10d_wait(const at::Tensor* tensor, at::Tensor** done, char* message, int length) {
  return moe::told(message, length, [&] { *done = new at::Tensor(c10d::wait_tensor(*tensor)); });
}
