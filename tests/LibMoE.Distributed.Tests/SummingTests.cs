using System.Text.Json;
using LibMoE.Distributed.Tests.Workers;

namespace LibMoE.Distributed.Tests;

/// <summary>How and when gradients are summed, and who keeps the optimiser's state, changes no bit.</summary>
public sealed class SummingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableTheory]
    [InlineData(Engines.Gloo, 2)]
    [InlineData(Engines.Gloo, 4)]
    [InlineData(Engines.OpenMpi, 2)]
    [InlineData(Engines.Mpich, 2)]
    public async Task Summed_during_the_backward_pass_gradients_have_the_bits_of_those_summed_after_it(Engines engine, int ranks)
    {
        var rows = await Rows<SummedRun>(engine, ranks, "overlap");

        // MPI has no sum of bfloat16 numbers.
        var (exact, rounded) = (rows.Where(row => !Rounded(row)).ToList(), rows.Where(Rounded).ToList());
        Assert.Equal((3 * ranks, engine == Engines.Gloo ? 3 * ranks : 0), (exact.Count, rounded.Count));
        Assert.All(exact, row => Assert.True(row.Distance is { Gradients: 0, State: 0, Loss: 0, SamePicks: true }, row.ToString()));

        // bfloat16 has eight bits of mantissa; gradients here are of the order of 0.1.
        Assert.All(rounded, row => Assert.InRange(row.Distance.Gradients, 1e-8, 1e-2));
        Assert.All(rows.GroupBy(row => row.Name), same => Assert.Single(same.Select(row => row.Sum).Distinct()));

        static bool Rounded(SummedRun row) => row.Name.EndsWith("bfloat16", StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task Split_optimiser_state_gives_the_bits_of_whole_state_in_a_share_of_the_memory(int ranks)
    {
        var rows = await Rows<SplitState>(Engines.Gloo, ranks, "split");

        Assert.Equal(2 * ranks, rows.Count);
        Assert.All(rows, row => Assert.True(row.Distance is { Gradients: 0, State: 0, Loss: 0, SamePicks: true }, row.ToString()));
        Assert.All(rows.GroupBy(row => row.Variant), all =>
        {
            Assert.Equal(all.First().WholeBytes, all.Sum(row => row.SplitBytes));
            Assert.All(all, row => Assert.InRange((double)row.SplitBytes * ranks / row.WholeBytes, 0.99, 1.01));
        });
    }

    private async Task<List<T>> Rows<T>(Engines engine, int ranks, string worker)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var ended = await Job.Run(engine, ranks, null, worker, _folder);

        Job.AssertDone(ended);
        return [.. Directory.GetFiles(_folder).SelectMany(File.ReadAllLines).Select(line => JsonSerializer.Deserialize<T>(line)!)];
    }
}
