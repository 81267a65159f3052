using System.Text.Json;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>
/// Trains with gradients summed during the backward pass, after it, and, where the engine can, in bfloat16. Each rank writes how far its
/// own are from those summed after it into a file of the folder that it is given.
/// </summary>
internal static class OverlapWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var corpus = Subject.Text();
        var sumsBFloat16 = ranks.Options.Engine == RankEngine.Gloo;
        using var results = new StreamWriter(Path.Combine(arguments[0], $"rank-{ranks.Rank}.jsonl"));
        foreach (var (name, variant, config, tied) in Cases())
        {
            using var scope = NewDisposeScope();
            var after = Train(new RankOptions { Overlap = false });
            Write(name, Train(new RankOptions { Overlap = true }));
            if (sumsBFloat16)
            {
                Write(name + ", bfloat16", Train(new RankOptions { GradientType = GradientType.BFloat16 }));
            }

            Trained Train(RankOptions options)
            {
                ranks.Options = options;
                return Subject.Train(new Case(variant), corpus, config, ranks, tied);
            }

            void Write(string what, Trained trained) => results.WriteLine(JsonSerializer.Serialize(
                new SummedRun(ranks.Rank, what, Distance.Of(trained, after), Check(trained))));
        }

        return 0;
    }

    private static IEnumerable<(string Name, MoeVariant Variant, TrainingConfig Config, bool Tied)> Cases() =>
    [
        ("plain", MoeVariant.Of<SwitchMoe>(), Subject.Config(), false),
        ("a sum inside the backward pass, tied", MoeVariant.Of<ImportanceMoe>(), Subject.Config(), true),
        ("micro-batches, recomputed", MoeVariant.Of<BiasMoe>(), Subject.Config(2) with { Recompute = true }, false),
    ];

    /// <summary>One number of all parameters, to see that ranks have the same.</summary>
    private static double Check(Trained trained) =>
        trained.State.Values.Sum(value => value.to(ScalarType.Float64).abs().sum().item<double>());
}

/// <summary>One way to sum on one rank.</summary>
internal sealed record SummedRun(int Rank, string Name, Distance Distance, double Sum);
