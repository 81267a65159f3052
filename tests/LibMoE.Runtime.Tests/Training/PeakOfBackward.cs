using System.Globalization;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>How much memory a forward and backward pass takes at most, beyond what was taken before.</summary>
internal static class PeakOfBackward
{
    private const string Reset = "/proc/self/clear_refs";
    private const string Status = "/proc/self/status";

    public static long Kibibytes(bool recompute)
    {
        using var model = LanguageModel.Create(new ModelConfig { Dim = 64, Layers = 12, Heads = 2, Hidden = 128, Context = 64 }, seed: 1);
        model.Recompute = recompute;
        Pass(model);
        File.WriteAllText(Reset, "5");
        var before = Field("VmRSS");
        Pass(model);
        return Field("VmHWM") - before;
    }

    private static void Pass(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        var ids_SL = randint(0, 256, [32, 64], dtype: ScalarType.Int64);
        NextTokenLoss.Mean(model.forward(ids_SL).Logits, ids_SL).backward();
    }

    private static long Field(string name) => long.Parse(
        File.ReadLines(Status)
            .First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t').First(part => part is [>= '0' and <= '9', ..]),
        CultureInfo.InvariantCulture);
}
