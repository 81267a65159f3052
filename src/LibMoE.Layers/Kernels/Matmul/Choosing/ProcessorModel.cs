using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace LibMoE.Runtime.Kernels.Matmul.Choosing;

/// <summary>A kind of processor, as it names itself (CPUID leaves 0 and 1).</summary>
/// <param name="Maker">Such as <c>AuthenticAMD</c>; empty where the processor is no x86.</param>
/// <param name="Family">The family, with its extension.</param>
/// <param name="Model">The model, with its extension.</param>
internal sealed record ProcessorModel(string Maker, int Family, int Model)
{
    /// <summary>In both parts of a number, this value says that the extension counts.</summary>
    private const int Extended = 0xf;

    /// <summary>The processor of this machine.</summary>
    public static ProcessorModel Current { get; } = X86Base.IsSupported ? OfThisMachine() : new("", 0, 0);

    /// <summary>Family and model as leaf 1 has them in EAX.</summary>
    public static (int Family, int Model) Of(int signature)
    {
        var (family, model) = ((signature >> 8) & Extended, (signature >> 4) & Extended);
        return (
            family == Extended ? family + ((signature >> 20) & 0xff) : family,
            family is 6 or Extended ? model + ((signature >> 12) & 0xf0) : model);
    }

    private static ProcessorModel OfThisMachine()
    {
        var (_, first, third, second) = X86Base.CpuId(0, 0);
        var (family, model) = Of(X86Base.CpuId(1, 0).Eax);
        return new(Encoding.ASCII.GetString(MemoryMarshal.AsBytes<int>(new[] { first, second, third })), family, model);
    }
}
