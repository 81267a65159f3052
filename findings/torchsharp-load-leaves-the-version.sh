#!/usr/bin/env bash
# TorchSharp 0.107.0: Module.load(path) writes parameters so that libtorch's version counter does not see it. Between a forward pass and its
# backward pass, whose saved parameters it changes, backward raises nothing and gives the gradient of neither: values of after the load with
# the graph of before. Module.load_state_dict and copy_ are noticed, as every way of PyTorch is ("modified by an inplace operation"). Tensors
# filled through Tensor.bytes are the same, which is where the numbers that load reads go. So the counter cannot tell a cache whether what it
# computed from a parameter is still true.
# Seen, for the gradient of w·w at w = 3 with 5 loaded in between, which would be 6:
#   nothing: 6
#   load: 10
#   load_state_dict: refused
#   copy_: refused
# Needs Linux x64 and dotnet 10. Ends with 1 if the output changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'X'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="TorchSharp" Version="[0.107.0]" />
    <PackageReference Include="libtorch-cpu-linux-x64" Version="[2.10.0]" />
  </ItemGroup>
</Project>
X
cat > NativeNeed.cs <<'X'
// TorchSharp's native library asks libstdc++ for GLIBCXX_3.4.32, which no symbol in it needs and Debian 12 lacks: the need is marked weak
// (the hash of the version's name, then its flags), so that the library loads there too. Newer systems do not notice.
static class NativeNeed
{
    public static void Weaken()
    {
        uint hash = 0;
        foreach (var c in "GLIBCXX_3.4.32")
        {
            hash = (hash << 4) + c;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        var path = Directory.GetFiles(AppContext.BaseDirectory, "libLibTorchSharp.so", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf((byte[])[.. BitConverter.GetBytes(hash), 0, 0]);
        if (at >= 0)
        {
            bytes[at + 4] = 2;
            File.Delete(path);
            File.WriteAllBytes(path, bytes);
        }
    }
}
X
cat > Program.cs <<'X'
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

NativeNeed.Weaken();
foreach (var how in new[] { "nothing", "load", "load_state_dict", "copy_" })
{
    var (module, other) = (One(3), One(5));
    other.save("other.dat");
    var loss = module.weight!.pow(2).sum();
    using (no_grad())
    {
        switch (how)
        {
            case "load":
                module.load("other.dat");
                break;
            case "load_state_dict":
                module.load_state_dict(other.state_dict());
                break;
            case "copy_":
                module.weight.copy_(other.weight!);
                break;
        }
    }

    try
    {
        loss.backward();
        Console.WriteLine($"{how}: {module.weight.grad!.item<float>()}");
    }
    catch (ExternalException error) when (error.Message.Contains("modified by an inplace operation"))
    {
        Console.WriteLine($"{how}: refused");
    }
}

static TorchSharp.Modules.Linear One(float weight)
{
    var module = nn.Linear(1, 1, hasBias: false);
    using (no_grad())
    {
        module.weight!.fill_(weight);
    }

    return module;
}
X
cat > expected.txt <<'X'
nothing: 6
load: 10
load_state_dict: refused
copy_: refused
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
