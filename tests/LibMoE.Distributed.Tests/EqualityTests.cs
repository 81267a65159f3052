using System.Text.Json;
using LibMoE.Distributed.Tests.Workers;

namespace LibMoE.Distributed.Tests;

/// <summary>Training on several ranks equals training in one process.</summary>
public sealed class EqualityTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    /// <summary>What looks at one call: seats, and terms that are declared so. They equal micro-batches, not the whole batch.</summary>
    private static readonly string[] PerCall = [nameof(PerRankMoe), nameof(CapacityMoe)];

    /// <summary>Noise, which follows from the micro-batch, and bias updates by a mean over calls: not those of one large batch.</summary>
    private static readonly string[] ByMicroBatch = [nameof(NoisyMoe), nameof(JitterMoe), nameof(QuantileMoe)];

    /// <summary>What looks at the whole batch, and so at more than one micro-batch of it.</summary>
    private static readonly string[] OfTheBatch = [nameof(SwitchMoe), nameof(ImportanceMoe), nameof(NoisyMoe), nameof(GlobalMoe)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(Engines.Gloo, 2)]
    [InlineData(Engines.OpenMpi, 2)]
    public Task Two_ranks_train_as_one_process_does(Engines engine, int ranks) =>
        AssertEqual(engine, ranks, engine == Engines.Gloo ? [] : [nameof(SwitchMoe), nameof(BiasMoe), nameof(ImportanceMoe)]);

    [SkippableTheory, Trait("Category", "Campaign")]
    [InlineData(Engines.Gloo, 4)]
    [InlineData(Engines.OpenMpi, 4)]
    [InlineData(Engines.Mpich, 2)]
    public Task More_ranks_and_other_libraries_train_as_one_process_does(Engines engine, int ranks) => AssertEqual(engine, ranks);

    private async Task AssertEqual(Engines engine, int ranks, params string[] variants)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, ranks, null, ["equality", _folder, .. variants]);

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        var lines = Directory.GetFiles(_folder).SelectMany(File.ReadAllLines);
        var rows = lines.Select(line => JsonSerializer.Deserialize<Equality>(line)!).ToList();
        Assert.Equal(ranks * (variants.Length == 0 ? Subject.Variants.Count : variants.Length), rows.Count);
        Assert.All(rows.Where(row => !PerCall.Concat(ByMicroBatch).Contains(row.Variant)), row =>
        {
            Assert.True(row.Whole.Gradients < 1e-6, row.ToString());
            Assert.True(row.Whole.Loss < 1e-6, row.ToString());
            Assert.True(row.Whole.SamePicks, row.ToString());
        });

        // The same micro-batches, whoever computes them: two ranks add two numbers as one process does, more in another order.
        Assert.All(rows.Where(row => !OfTheBatch.Contains(row.Variant)), row =>
        {
            Assert.True(row.Parts.SamePicks, row.ToString());
            Assert.True(ranks == 2 ? row.Parts is { Gradients: 0, State: 0, Loss: 0 } : row.Parts.Gradients < 1e-6, row.ToString());
        });
    }
}
