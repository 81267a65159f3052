using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace LibMoE.Runtime.Common;

/// <summary>
/// Which of its CPU kernels libtorch takes: they sum in different orders, so runs are repeatable bit for bit within one only.
/// </summary>
internal static class CpuCapability
{
    /// <summary>As libtorch names them; the environment variable ATEN_CPU_CAPABILITY overrides the processor's.</summary>
    public static string Current { get; } =
        Environment.GetEnvironmentVariable("ATEN_CPU_CAPABILITY")?.ToUpperInvariant()
        ?? (Avx512F.IsSupported && Avx512BW.IsSupported && Avx512DQ.IsSupported ? "AVX512"
            : Avx2.IsSupported && Fma.IsSupported ? "AVX2"
            : AdvSimd.IsSupported ? "NEON"
            : "DEFAULT");
}
