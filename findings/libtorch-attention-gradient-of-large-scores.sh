#!/usr/bin/env bash
# libtorch 2.10.0 (by TorchSharp 0.107.0): scaled_dot_product_attention on the CPU gives wrong gradients where scores are large, without a
# word. Its backward pass computes weights again as exp(score - l), with the logarithm l of the sum of exp(score) rounded to float32: near
# 3·10^6 such numbers are 0.25 apart, and exp makes a factor of what l is off by. The output is right, and so are gradients through matmul and
# softmax.
# Seen, for the gradient to the values where each query's own key takes all of the weight, so that it is the gradient to the output:
#   scores of about 3e0: attention right, matmul and softmax right
#   scores of about 3e6: attention wrong by more than a hundredth, matmul and softmax right
#   scores of about 3e10: attention not finite, matmul and softmax right
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
foreach (var factor in new[] { 1f, 1e6f, 1e10f })
{
    manual_seed(1);
    var (key, value, upstream) = (randn(2, 2, 16, 8), randn(2, 2, 16, 8), randn(2, 2, 16, 8));
    var query = key * factor;
    var exact = Gradient((q, k, v) => Plain(q, k, v), ScalarType.Float64);
    var attention = Gradient((q, k, v) => nn.functional.scaled_dot_product_attention(q, k, v, is_casual: true), ScalarType.Float32);
    var plain = Gradient((q, k, v) => Plain(q, k, v), ScalarType.Float32);
    Console.WriteLine($"scores of about 3e{(int)Math.Log10(factor)}: attention {Verdict(attention)}, matmul and softmax {Verdict(plain)}");

    Tensor Gradient(Func<Tensor, Tensor, Tensor, Tensor> mix, ScalarType type)
    {
        var v = value.to(type, copy: true).requires_grad_();
        mix(query.to(type), key.to(type), v).backward([upstream.to(type)]);
        return v.grad!;
    }

    string Verdict(Tensor gradient)
    {
        var error = ((gradient.to(ScalarType.Float64) - exact).abs().max() / exact.abs().max()).item<double>();
        return !double.IsFinite(error) ? "not finite" : error > 0.01 ? "wrong by more than a hundredth" : error < 1e-4 ? "right" : $"off by {error}";
    }
}

static Tensor Plain(Tensor q, Tensor k, Tensor v)
{
    var later = ones(16, 16, dtype: ScalarType.Bool).triu(1);
    var scores = q.matmul(k.transpose(-1, -2)) / Math.Sqrt(8);
    return scores.masked_fill(later, double.NegativeInfinity).softmax(-1).matmul(v);
}
X
cat > expected.txt <<'X'
scores of about 3e0: attention right, matmul and softmax right
scores of about 3e6: attention wrong by more than a hundredth, matmul and softmax right
scores of about 3e10: attention not finite, matmul and softmax right
X
DOTNET_NOLOGO=1 dotnet run -v q > output.txt
cat output.txt
diff expected.txt output.txt
