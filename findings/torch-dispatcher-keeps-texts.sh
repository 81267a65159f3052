#!/usr/bin/env bash
# libtorch 2.10.0, the stable C interface (torch_call_dispatcher): a call consumes its arguments, but a text argument leaves a copy of itself on the
# heap for good. 48 bytes a call for a short one (a std::string of 32 bytes and the heap's own), more beyond 15 characters; a call without a text
# leaves nothing. Seen with aten::gelu, which takes the name of an approximation, and aten::relu, which takes no text.
# Seen, live bytes of the heap (mallinfo2) that 100,000 calls add, to the nearest 8 a call:
#   relu, no text: 0 a call
#   gelu, a text of 4 characters: 48 a call
# Needs Linux x64, g++ and dotnet 10. Ends with 1 if the output changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > packages.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="libtorch-cpu-linux-x64" Version="[2.10.0]" />
  </ItemGroup>
</Project>
X
echo 'return;' > Program.cs
DOTNET_NOLOGO=1 dotnet build -v q > build.txt || { cat build.txt; exit 1; }
library=$(dirname "$(find "$folder/bin" -name libtorch_cpu.so | head -1)")
cat > finding.cpp <<'X'
#include <dlfcn.h>
#include <malloc.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

static void* library;
template <class T>
T entry(const char* name) {
  void* found = dlsym(library, name);
  if (!found) {
    std::fprintf(stderr, "no %s\n", name);
    std::exit(2);
  }
  return reinterpret_cast<T>(found);
}
static void must(int code) {
  if (code) {
    std::exit(3);
  }
}

int main() {
  library = dlopen("libtorch_cpu.so", RTLD_NOW | RTLD_GLOBAL);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 2;
  }
  auto empty = entry<int (*)(int64_t, const int64_t*, const int64_t*, int32_t, int32_t, int32_t, void**)>("aoti_torch_empty_strided");
  auto share = entry<int (*)(void*, void**)>("aoti_torch_new_tensor_handle");
  auto drop = entry<int (*)(void*)>("aoti_torch_delete_tensor_object");
  auto text = entry<int (*)(const char*, size_t, void**)>("torch_new_string_handle");
  auto call = entry<int (*)(const char*, const char*, uint64_t*, uint64_t)>("torch_call_dispatcher");
  auto float32 = entry<int32_t (*)()>("aoti_torch_dtype_float32")();
  auto cpu = entry<int32_t (*)()>("aoti_torch_device_type_cpu")();
  const int64_t size = 4, stride = 1;
  void* x;
  must(empty(1, &size, &stride, float32, cpu, 0, &x));

  const auto once = [&](bool with_text) {
    void *shared, *word;
    must(share(x, &shared));
    uint64_t stack[2] = {reinterpret_cast<uint64_t>(shared), 0};
    if (with_text) {
      must(text("none", 4, &word));
      stack[1] = reinterpret_cast<uint64_t>(word);
    }
    must(call(with_text ? "aten::gelu" : "aten::relu", "", stack, (2ULL << 56) | (10ULL << 48)));
    must(drop(reinterpret_cast<void*>(stack[0])));
  };
  const char* names[] = {"relu, no text", "gelu, a text of 4 characters"};
  for (int with_text = 0; with_text < 2; with_text++) {
    const int calls = 100000;
    for (int i = 0; i < 1000; i++) {
      once(with_text);
    }
    const size_t before = mallinfo2().uordblks;
    for (int i = 0; i < calls; i++) {
      once(with_text);
    }
    const double each = (static_cast<double>(mallinfo2().uordblks) - static_cast<double>(before)) / calls;
    std::printf("%s: %d a call\n", names[with_text], static_cast<int>((each + 4) / 8) * 8);
  }
}
X
g++ -std=c++17 -O1 finding.cpp -o finding -ldl
cat > expected.txt <<'X'
relu, no text: 0 a call
gelu, a text of 4 characters: 48 a call
X
LD_LIBRARY_PATH="$library" ./finding > output.txt
cat output.txt
diff expected.txt output.txt
