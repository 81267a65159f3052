#!/usr/bin/env bash
# TorchSharp 0.107.0: a tensor that a custom autograd function makes in its forward, hands to ctx.save_for_backward there and then disposes, as a
# DisposeScope does by itself at its end, is missing in its backward: get_saved_variables() has null in its place, without a word. libtorch takes
# hold of what was saved only once forward has returned. PyTorch's save_for_backward keeps such a tensor. An input that was saved is there, and so
# is a tensor that was moved out of the scope (MoveToOuterDisposeScope), or made without one.
# Seen:
#   made in a scope: null
#   moved out of it: 6
#   made without one: 6
#   an input: 3
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
using static TorchSharp.torch;

NativeNeed.Weaken();
foreach (var how in new[] { "made in a scope", "moved out of it", "made without one", "an input" })
{
    var x = tensor(3f).requires_grad_(true);
    Doubled.apply(x, how).backward();
}

sealed class Doubled : autograd.SingleTensorFunction<Doubled>
{
    public override string Name => nameof(Doubled);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, how) = ((Tensor)vars[0], (string)vars[1]);
        ctx.save_data("how", how);
        if (how == "an input")
        {
            ctx.save_for_backward([x]);
            return x + x;
        }

        using var scope = how == "made without one" ? null : NewDisposeScope();
        var doubled = x + x;
        ctx.save_for_backward([how == "moved out of it" ? doubled.MoveToOuterDisposeScope() : doubled]);
        return (x + x).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables()[0];
        Console.WriteLine($"{ctx.get_data("how")}: {(saved is null ? "null" : saved.item<float>().ToString())}");
        return [grad_output + grad_output, null!];
    }
}
X
cat > expected.txt <<'X'
made in a scope: null
moved out of it: 6
made without one: 6
an input: 3
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
