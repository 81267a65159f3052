using System.Text.Json;
using LibMoE.Runtime.Training;
using static TorchSharp.torch;

namespace LibMoE.Distributed.Tests.Workers;

/// <summary>Trains with whole and with split optimiser state. Each rank writes how far its own are apart into a file of the folder that it
/// is given, and the bytes of its state.</summary>
internal static class SplitWorker
{
    public static int Run(Ranks ranks, string[] arguments)
    {
        var corpus = Subject.Text();
        using var results = new StreamWriter(Path.Combine(arguments[0], $"rank-{ranks.Rank}.jsonl"));
        foreach (var variant in new[] { MoeVariant.Of<SwitchMoe>(), MoeVariant.Of<BiasMoe>() })
        {
            using var scope = NewDisposeScope();
            var (whole, bytes) = Train(split: false);
            var (split, part) = Train(split: true);
            results.WriteLine(JsonSerializer.Serialize(new SplitState(ranks.Rank, variant.Name, Distance.Of(split, whole), bytes, part)));

            (Trained, long) Train(bool split)
            {
                ranks.Options = new RankOptions { SplitOptimizer = split };
                using var model = LanguageModel.Create(Subject.Backbone, variant, seed: 3);
                using var optimizer = new AdamW(model.named_parameters().Select(entry => (entry.name, entry.parameter)),
                    Subject.Config(), ranks: ranks);

                // Clipped in every step.
                return (Subject.Train(new Case(variant), corpus, Subject.Config() with { Clip = 0.1 }, ranks), optimizer.StateBytes);
            }
        }

        return 0;
    }
}

/// <summary>One variant on one rank.</summary>
internal sealed record SplitState(int Rank, string Variant, Distance Distance, long WholeBytes, long SplitBytes);
