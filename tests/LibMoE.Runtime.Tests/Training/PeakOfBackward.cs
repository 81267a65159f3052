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

    /// <summary>Of many blocks, plain or recomputed, of few wide blocks, whose graph is kept for a second pass or is not, or of 1,024
    /// tokens of a large vocabulary, whose loss is taken of all logits or in parts.</summary>
    public static long Measure(string how)
    {
        var blocks = new ModelConfig { Dim = 64, Layers = 12, Heads = 2, Hidden = 128, Context = 64 };
        var wide = new ModelConfig { Dim = 256, Layers = 8, Heads = 4, Hidden = 1024, Context = 64 };
        var words = new ModelConfig { Vocabulary = 50_000, Dim = 16, Hidden = 32, Layers = 1, Heads = 2, Context = 64 };
        return how switch
        {
            "plain" => Kibibytes(blocks, recompute: false, sequences: 32, OfAllLogits),
            "recomputed" => Kibibytes(blocks, recompute: true, sequences: 32, OfAllLogits),
            "wide" => Kibibytes(wide, recompute: false, sequences: 4, OfAllLogits),
            "wide kept" => Kibibytes(wide, recompute: false, sequences: 4, OfAllLogits, keepsGraph: true),
            "logits" => Kibibytes(words, recompute: false, sequences: 16, OfAllLogits),
            "parts" => Kibibytes(
                words, recompute: false, sequences: 16, (model, ids_SL) => model.Loss(ids_SL, ids_SL, MoeContext.None).Loss),
            "float32 experts" => OfExperts(ScalarType.Float32),
            "bfloat16 experts" => OfExperts(ScalarType.BFloat16),
            _ => throw new ArgumentOutOfRangeException(
                nameof(how), how, "It is plain, recomputed, wide, wide kept, logits, parts, float32 experts or bfloat16 experts."),
        };
    }

    private static Tensor OfAllLogits(LanguageModel model, Tensor ids_SL) => NextTokenLoss.Mean(model.forward(ids_SL).Logits, ids_SL);

    private static long Kibibytes(
        ModelConfig config, bool recompute, int sequences, Func<LanguageModel, Tensor, Tensor> loss, bool keepsGraph = false)
    {
        using var model = LanguageModel.Create(config, seed: 1);
        model.Recompute = recompute;
        return Kibibytes(() => Pass(model, sequences, loss, keepsGraph));
    }

    /// <summary>Of eight experts with narrow rows and wide hidden values, which are most of what they keep.</summary>
    private static long OfExperts(ScalarType compute)
    {
        using var scope = NewDisposeScope();
        var (x_TD, picks_TK) = (rand(8192, 32).requires_grad_(), randint(0, 8, [8192, 2], ScalarType.Int64));
        var (up_FDW, down_FHD) = (rand(8, 32, 512).requires_grad_(), rand(8, 256, 32).requires_grad_());
        return Kibibytes(() =>
        {
            using var pass = NewDisposeScope();
            var plan = RoutingPlan.Sort(picks_TK, 8);
            var y_TD = RoutedExperts.Run(Activation.SwiGlu, x_TD, plan, ones(8192, 2), up_FDW, down_FHD, compute: compute);
            y_TD.sum().backward();
        });
    }

    private static long Kibibytes(Action pass)
    {
        pass();
        File.WriteAllText(Reset, "5");
        var before = Field("VmRSS");
        pass();
        return Field("VmHWM") - before;
    }

    private static void Pass(LanguageModel model, int sequences, Func<LanguageModel, Tensor, Tensor> loss, bool keepsGraph)
    {
        using var scope = NewDisposeScope();
        var ids_SL = randint(0, model.Config.Vocabulary, [sequences, model.Config.Context], dtype: ScalarType.Int64);
        loss(model, ids_SL).backward([], retain_graph: keepsGraph);
        foreach (var parameter in model.parameters())
        {
            parameter.grad = null;
        }
    }

    private static long Field(string name) => long.Parse(
        File.ReadLines(Status)
            .First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', '\t').First(part => part is [>= '0' and <= '9', ..]),
        CultureInfo.InvariantCulture);
}
