using System.Text.Json;
using LibMoE.Distributed.Tests.Workers;

namespace LibMoE.Distributed.Tests;

/// <summary>Training on several ranks equals training in one process.</summary>
public sealed class EqualityTests : IDisposable
{
    /// <summary>Of each training outside of campaigns, which take <see cref="Workers.Subject.Steps"/>.</summary>
    private const int Steps = 8;

    private static readonly string[] Few = [nameof(SwitchMoe), nameof(BiasMoe), nameof(ImportanceMoe)];

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_case_is_held_to_something() =>
        Assert.All(Case.All, what => Assert.True(what.EqualsWhole || what.EqualsParts, what.Name));

    [SkippableTheory]
    [InlineData(Engines.Gloo, 2)]
    [InlineData(Engines.OpenMpi, 2)]
    public Task Two_ranks_train_as_one_process_does(Engines engine, int ranks) =>
        AssertEqual(engine, ranks, experts: 1, Steps, engine == Engines.Gloo ? [] : Few);

    /// <summary>6 experts on 4 ranks are 1, 2, 1 and 2.</summary>
    [SkippableTheory]
    [InlineData(Engines.Gloo, 2, 2, false)]
    [InlineData(Engines.OpenMpi, 2, 2, true)]
    [InlineData(Engines.Gloo, 4, 4, true)]
    [InlineData(Engines.Gloo, 4, 2, true)]
    public Task Ranks_that_share_experts_train_as_one_process_does(Engines engine, int ranks, int experts, bool few) =>
        AssertEqual(engine, ranks, experts, Steps, few ? Few : []);

    [SkippableTheory, Trait("Category", "Campaign")]
    [InlineData(Engines.Gloo, 4, 1)]
    [InlineData(Engines.OpenMpi, 4, 1)]
    [InlineData(Engines.Mpich, 2, 1)]
    [InlineData(Engines.Gloo, 4, 4)]
    [InlineData(Engines.Gloo, 4, 2)]
    [InlineData(Engines.OpenMpi, 4, 4)]
    [InlineData(Engines.OpenMpi, 4, 2)]
    [InlineData(Engines.Mpich, 2, 2)]
    public Task More_ranks_and_other_libraries_train_as_one_process_does(Engines engine, int ranks, int experts) =>
        AssertEqual(engine, ranks, experts, Workers.Subject.Steps);

    private async Task AssertEqual(Engines engine, int ranks, int experts, int steps, params string[] cases)
    {
        Skip.If(Job.WhyNot(engine) is not null, Job.WhyNot(engine));

        var options = new RankOptions { JoinSeconds = 60, LimitSeconds = 60, Experts = experts };
        var ended = await Job.Run(engine, ranks, options, ["equality", _folder, $"{steps}", .. cases]);

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        var lines = Directory.GetFiles(_folder).SelectMany(File.ReadAllLines);
        var rows = lines.Select(line => JsonSerializer.Deserialize<Equality>(line)!).ToList();
        Assert.Equal(ranks * (cases.Length == 0 ? Case.All.Count : cases.Length), rows.Count);
        Assert.All(rows, row =>
        {
            var what = Case.All.Single(known => known.Name == row.Case);
            Assert.Equal(experts > 1, row.SharesExperts);
            Assert.True(row.Whole.Start == 0 && row.Parts.Start == 0, row.ToString());
            if (what.EqualsWhole)
            {
                AssertClose(what, row.Whole, row);
            }

            // The same micro-batches, whoever computes them: two ranks that share no experts add two numbers as one process does, more
            // add them in another order.
            if (what.EqualsParts && ranks == 2 && experts == 1)
            {
                Assert.True(row.Parts is { Gradients: 0, State: 0, Loss: 0, Norm: 0, SamePicks: true }, row.ToString());
            }
            else if (what.EqualsParts)
            {
                AssertClose(what, row.Parts, row);
            }
        });
    }

    private static void AssertClose(Case what, Distance distance, Equality row)
    {
        Assert.True(distance.Gradients < 1e-6 && distance.Loss < what.LossTolerance, row.ToString());
        Assert.True(what.Compute is not null || distance is { Norm: < 1e-5, SamePicks: true }, row.ToString());
    }
}
