using System.Globalization;
using LibMoE.Runtime.Tests.Checkpoints.Store;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Training;

/// <summary>How much memory a forward and backward pass takes at most, beyond what was taken before.</summary>
internal static class PeakOfBackward
{
    private const string Reset = "/proc/self/clear_refs";
    private const string Status = "/proc/self/status";

    public static bool IsMeasurable => File.Exists(Reset) && File.Exists(Status);

    /// <summary>Of a model, in another process.</summary>
    /// <param name="how">One of <see cref="Measure"/>.</param>
    public static long InAnotherProcess(string how)
    {
        var ended = TestProgram.Run(["peak", how], Path.GetTempPath(), "env", "MALLOC_MMAP_THRESHOLD_=65536", "OMP_NUM_THREADS=1");
        Assert.True(ended.ExitCode == 0, string.Join('\n', ended.Errors));
        return long.Parse(Assert.Single(ended.Output), CultureInfo.InvariantCulture);
    }

    /// <summary>Of many blocks, plain or recomputed, or of 1,024 tokens of a large vocabulary, whose loss is taken of all logits or in
    /// parts.</summary>
    public static long Measure(string how)
    {
        var blocks = new ModelConfig { Dim = 64, Layers = 12, Heads = 2, Hidden = 128, Context = 64 };
        var words = new ModelConfig { Vocabulary = 50_000, Dim = 16, Hidden = 32, Layers = 1, Heads = 2, Context = 64 };
        return how switch
        {
            "plain" => Kibibytes(blocks, recompute: false, sequences: 32, OfAllLogits),
            "recomputed" => Kibibytes(blocks, recompute: true, sequences: 32, OfAllLogits),
            "logits" => Kibibytes(words, recompute: false, sequences: 16, OfAllLogits),
            "parts" => Kibibytes(
                words, recompute: false, sequences: 16, (model, ids_SL) => model.Loss(ids_SL, ids_SL, MoeContext.None).Loss),
            _ => throw new ArgumentOutOfRangeException(nameof(how), how, "It is plain, recomputed, logits or parts."),
        };
    }

    private static Tensor OfAllLogits(LanguageModel model, Tensor ids_SL) => NextTokenLoss.Mean(model.forward(ids_SL).Logits, ids_SL);

    private static long Kibibytes(ModelConfig config, bool recompute, int sequences, Func<LanguageModel, Tensor, Tensor> loss)
    {
        using var model = LanguageModel.Create(config, seed: 1);
        model.Recompute = recompute;
        Pass(model, sequences, loss);
        File.WriteAllText(Reset, "5");
        var before = Field("VmRSS");
        Pass(model, sequences, loss);
        return Field("VmHWM") - before;
    }

    private static void Pass(LanguageModel model, int sequences, Func<LanguageModel, Tensor, Tensor> loss)
    {
        using var scope = NewDisposeScope();
        var ids_SL = randint(0, model.Config.Vocabulary, [sequences, model.Config.Context], dtype: ScalarType.Int64);
        loss(model, ids_SL).backward();
    }

    private static long Field(string name) => long.Parse(
        File.ReadLines(Status)
            .First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t').First(part => part is [>= '0' and <= '9', ..]),
        CultureInfo.InvariantCulture);
}
