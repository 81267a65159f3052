#!/usr/bin/env bash
# TorchSharp 0.107.0: a backward pass frees nothing of what autograd.Function saved for it. libtorch frees what its own functions saved as soon
# as each has run, unless the graph is kept, so that memory falls as the pass goes on; PyTorch does the same for a torch.autograd.Function of
# a user. TorchSharp's native node does not override release_variables, so that every activation stays until the last tensor of the graph is
# disposed: the peak of a step is all activations and all gradients together.
# Seen, in tensors of 64 MiB that are resident beyond those before the forward pass, of a chain of eight squares; after the pass one is the
# gradient of the input, and the garbage collector has run:
#   libtorch's pow: 7 after forward, 1 after backward, 1 after the loss is disposed
#   autograd.Function: 7 after forward, 8 after backward, 1 after the loss is disposed
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
using TorchSharp;
using static TorchSharp.torch;

NativeNeed.Weaken();
set_num_threads(1);
Show("libtorch's pow", x => x.pow(2));
Show("autograd.Function", x => Square.apply(x));

static void Show(string name, Func<Tensor, Tensor> square)
{
    using var x = ones(16 << 20).requires_grad_();
    var before = Resident();
    var loss = Loss(x, square);
    var forward = Tensors(before);
    loss.backward();
    var backward = Tensors(before);
    loss.Dispose();
    Console.WriteLine($"{name}: {forward} after forward, {backward} after backward, {Tensors(before)} after the loss is disposed");
}

static Tensor Loss(Tensor x, Func<Tensor, Tensor> square)
{
    var y = square(x);
    for (var i = 1; i < 8; i++)
    {
        var next = square(y);
        y.Dispose();
        y = next;
    }

    var loss = y.sum();
    y.Dispose();
    return loss;
}

static long Tensors(long before) => (long)Math.Round((Resident() - before) / 65536.0);

static long Resident()
{
    GC.Collect();
    GC.WaitForPendingFinalizers();
    GC.Collect();
    return long.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmRSS")).Split(' ', '\t').Last(part => part.All(char.IsDigit) && part != ""));
}

sealed class Square : autograd.SingleTensorFunction<Square>
{
    public override string Name => nameof(Square);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.save_for_backward([(Tensor)vars[0]]);
        return ((Tensor)vars[0]).pow(2);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var x = ctx.get_saved_variables()[0];
        using var slope = 2 * x;
        return [slope * grad_output];
    }
}
X
cat > expected.txt <<'X'
libtorch's pow: 7 after forward, 1 after backward, 1 after the loss is disposed
autograd.Function: 7 after forward, 8 after backward, 1 after the loss is disposed
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
