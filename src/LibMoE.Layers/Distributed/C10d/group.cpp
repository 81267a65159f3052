// Makes a process group of libtorch 2.10.0 (TCPStore and Gloo) and registers it under a name, by which collectives.cpp finds it. The classes are declared here under libtorch's own names, because its C++ headers are
// in no package of .NET; what had to be known of their memory is marked LAYOUT and holds for this version alone. C# refuses any other, and
// after joining tries two collectives whose results are known. No exception leaves this file.
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include "told.h"

namespace c10 {
enum class DeviceType : int8_t { CPU = 0 };
namespace detail {
template <class T>
struct intrusive_target_default_null_type final {};
}
// What is made here lives as long as the process, so nothing is counted down.
template <class T, class Null = detail::intrusive_target_default_null_type<T>>
class intrusive_ptr final {
 public:
  T* target;
  explicit intrusive_ptr(T* made) : target(made) {}
  intrusive_ptr(const intrusive_ptr& other) : target(other.target) {}
  ~intrusive_ptr() {}
};
}  // namespace c10
template <>
struct std::hash<c10::DeviceType> {
  std::size_t operator()(c10::DeviceType type) const { return std::hash<int>()(static_cast<int>(type)); }
};

// The sizes are upper bounds; libtorch's constructors fill what they need.
namespace c10d {
struct Store {
  char body[4096];
};
struct TCPStoreOptions {  // LAYOUT
  uint16_t port;
  bool isServer;
  std::optional<std::size_t> numWorkers;
  bool waitWorkers;
  std::chrono::milliseconds timeout;
  bool multiTenant;
  std::optional<int> masterListenFd;
  bool useLibUV;
};
struct TCPStore {
  TCPStore(std::string host, const TCPStoreOptions& options);
  char body[4096];
};
struct PrefixStore {
  PrefixStore(std::string prefix, c10::intrusive_ptr<Store> store);
  char body[4096];
};
struct Backend {
  char body[8];
};
struct ProcessGroupGloo {
  struct Options {
    static c10::intrusive_ptr<Options> create_default(std::chrono::milliseconds timeout);
  };
  ProcessGroupGloo(const c10::intrusive_ptr<Store>& store, int rank, int size, c10::intrusive_ptr<Options> options);
  char body[16384];
};
struct ProcessGroupWrapper {
  ProcessGroupWrapper(const c10::intrusive_ptr<Backend>& backend, c10::intrusive_ptr<Backend> checker);
  char body[4096];
};
struct ProcessGroup {
  enum BackendType : uint8_t { UNDEFINED = 0, GLOO = 1 };
  ProcessGroup(c10::intrusive_ptr<Store> store, int rank, int size);
  char body[4096];
};
void register_process_group(const std::string& name, const c10::intrusive_ptr<ProcessGroup>& group);
}  // namespace c10d

namespace {

// Zeroed memory with both reference counts far from 0. LAYOUT: the counts are the eight bytes after the virtual table.
template <class T, class... Arguments>
T* make(Arguments&&... arguments) {
  void* memory = ::operator new(sizeof(T));
  std::memset(memory, 0, sizeof(T));
  T* object = new (memory) T(std::forward<Arguments>(arguments)...);
  *reinterpret_cast<uint64_t*>(reinterpret_cast<char*>(object) + 8) = 0x4000000040000000ull;
  return object;
}

template <class To, class From>
c10::intrusive_ptr<To> as(From* object) {
  return c10::intrusive_ptr<To>(reinterpret_cast<To*>(object));
}

// A socket that listens on 127.0.0.1 alone; without one the store listens on every address of the machine.
int listen_on_loopback(int port) {
  int handle = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (handle < 0 || ::bind(handle, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(handle, 1024) != 0) {
    throw std::runtime_error("port " + std::to_string(port) + " of 127.0.0.1 is not free: " + std::strerror(errno));
  }
  return handle;
}

// Gloo says on the standard output how many peers it has. That is the program's own, and nobody asked: nothing of it is kept.
class Silence {
 public:
  Silence() : kept(::dup(STDOUT_FILENO)) {
    int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, STDOUT_FILENO);
    ::close(nowhere);
  }
  ~Silence() {
    std::cout.flush();
    std::fflush(stdout);
    ::dup2(kept, STDOUT_FILENO);
    ::close(kept);
  }

 private:
  int kept;
};

// LAYOUT: the group's table of device types (a set, and 56 bytes after it a map) and its two tables of backends, found by how libstdc++ leaves
// an empty hash table: its list of buckets is the one bucket inside it.
void put_backend(c10d::ProcessGroup* group, void* backend) {
  char* base = reinterpret_cast<char*>(group);
  char* tables[3] = {};
  int found = 0;
  for (int at = 16; at < 600 && found < 3; at += 8) {
    if (*reinterpret_cast<char**>(base + at) == base + at + 48 && *reinterpret_cast<std::size_t*>(base + at + 8) == 1) {
      tables[found++] = base + at;
    }
  }
  if (found != 3) {
    throw std::runtime_error("libtorch's process group has " + std::to_string(found) + " tables where 3 were expected");
  }
  using Kind = c10d::ProcessGroup::BackendType;
  constexpr auto cpu = c10::DeviceType::CPU;
  reinterpret_cast<std::unordered_set<c10::DeviceType>*>(tables[0])->insert(cpu);
  reinterpret_cast<std::map<c10::DeviceType, Kind>*>(tables[0] + 56)->emplace(cpu, Kind::GLOO);
  reinterpret_cast<std::unordered_map<c10::DeviceType, void*>*>(tables[1])->emplace(cpu, backend);
  reinterpret_cast<std::unordered_map<Kind, void*>*>(tables[2])->emplace(Kind::GLOO, backend);
}

c10d::ProcessGroupGloo* make_gloo(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, std::chrono::milliseconds limit) {
  Silence while_connecting;
  return make<c10d::ProcessGroupGloo>(store, rank, size, c10d::ProcessGroupGloo::Options::create_default(limit));
}

// Makes the group whose ranks meet in that store, and registers it.
void make_group(const char* name, const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, int64_t limit_ms, int check) {
  const std::chrono::milliseconds limit(limit_ms);
  void* backend = make_gloo(store, rank, size, limit);
  if (check) {
    auto second = as<c10d::Store>(make<c10d::PrefixStore>(std::string("check"), store));
    backend = make<c10d::ProcessGroupWrapper>(as<c10d::Backend>(static_cast<c10d::Backend*>(backend)),
                                              as<c10d::Backend>(make_gloo(second, rank, size, limit)));
  }
  auto* group = make<c10d::ProcessGroup>(store, rank, size);
  put_backend(group, backend);
  c10d::register_process_group(name, c10::intrusive_ptr<c10d::ProcessGroup>(group));
}

}  // namespace

// Joins the group of that name, and gives the store in which its ranks met. `check` lets libtorch compare what the ranks are about to do before
// every collective.
extern "C" int moe_c10d_join(const char* name, const char* host, int port, int rank, int size, int64_t join_ms, int64_t limit_ms,
                             int loopback, int check, void** met, char* message, int length) {
  return moe::told(message, length, [&] {
    c10d::TCPStoreOptions options{};
    options.port = static_cast<uint16_t>(port);
    options.isServer = rank == 0;
    options.numWorkers = size;
    options.waitWorkers = true;
    options.timeout = std::chrono::milliseconds(join_ms);
    options.useLibUV = true;
    if (rank == 0 && loopback) {
      options.masterListenFd = listen_on_loopback(port);
    }
    auto store = as<c10d::Store>(make<c10d::TCPStore>(std::string(host), options));
    make_group(name, store, rank, size, limit_ms, check);
    *met = store.target;
  });
}

// Makes a group of some of the ranks that met in a store; all of them call it. `rank` and `size` count within the group.
extern "C" int moe_c10d_part(void* met, const char* name, int rank, int size, int64_t limit_ms, int check, char* message, int length) {
  return moe::told(message, length, [&] {
    auto own = as<c10d::Store>(make<c10d::PrefixStore>(std::string(name), as<c10d::Store>(static_cast<c10d::Store*>(met))));
    make_group(name, own, rank, size, limit_ms, check);
  });
}
