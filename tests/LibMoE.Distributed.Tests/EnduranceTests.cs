using System.Globalization;

namespace LibMoE.Distributed.Tests;

/// <summary>Ranks bear being killed, and long runs.</summary>
public sealed class EnduranceTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public Task A_run_of_four_ranks_whose_ranks_are_killed_twice_ends_with_the_same_bits() => AssertSameEnd(kills: 2, seed: 1);

    [SkippableFact, Trait("Category", "Campaign")]
    public Task A_run_of_four_ranks_whose_ranks_are_killed_twenty_times_ends_with_the_same_bits() => AssertSameEnd(kills: 20, seed: 2);

    [SkippableTheory]
    [InlineData(60, "whole")]
    [InlineData(60, "split")]
    public Task Tensors_and_memory_of_two_ranks_stay_flat(int steps, string state) => AssertFlat(steps, state);

    [SkippableTheory, Trait("Category", "Campaign")]
    [InlineData(1000, "whole")]
    [InlineData(1000, "split")]
    public Task Over_a_thousand_steps_tensors_and_memory_of_two_ranks_stay_flat(int steps, string state) => AssertFlat(steps, state);

    private async Task AssertSameEnd(int kills, int seed)
    {
        SkipWithoutEngine();
        var draw = new Random(seed);
        var alone = await Job.Run(Engines.Gloo, 4, null, "resume", Path.Combine(_folder, "alone"), "99", "split");
        Assert.All(alone.ExitCodes, code => Assert.True(code == 0, alone.Errors));

        var killed = 0;
        while (killed < kills)
        {
            // Killed at a random moment: in a step, between two, or in the middle of a save. One that was too late begins anew.
            var kill = FormattableString.Invariant($"kill:{draw.Next(4)}:{draw.Next(2000)}");
            var ended = await Job.Run(Engines.Gloo, 4, null, "resume", _folder, "99", "split", kill);
            if (ended.ExitCodes.Contains(137))
            {
                killed++;
                Assert.All(ended.ExitCodes, code => Assert.True(code is 137 or 75 or 0, $"{code}: {ended.Errors}"));
            }
            else
            {
                Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
                Assert.Equal(Weights(Path.Combine(_folder, "alone")), Weights(_folder));
                Directory.Delete(Path.Combine(_folder, TrainingStorage.CheckpointFolder), recursive: true);
            }
        }

        var last = await Job.Run(Engines.Gloo, 4, null, "resume", _folder, "99", "split");

        Assert.All(last.ExitCodes, code => Assert.True(code == 0, last.Errors));
        Assert.Equal(Weights(Path.Combine(_folder, "alone")), Weights(_folder));
    }

    private static async Task AssertFlat(int steps, string state)
    {
        SkipWithoutEngine();

        var ended = await Job.Run(Engines.Gloo, 2, null, "soak", steps.ToString(CultureInfo.InvariantCulture), state);

        Assert.All(ended.ExitCodes, code => Assert.True(code == 0, ended.Errors));
        var rows = ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Array.ConvertAll(line.Split(' '), number => long.Parse(number, CultureInfo.InvariantCulture)));
        Assert.All(rows.GroupBy(row => row[0]), rank =>
        {
            var all = rank.ToList();
            Assert.Equal(10, all.Count);
            Assert.Single(all.Skip(1).Select(row => row[1]).Distinct());

            // The median of what a tenth of the run adds: a leak adds alike in every part.
            var growth = all.Skip(2).Zip(all.Skip(1), (after, before) => after[2] - before[2]).Order().ToList();
            // In few steps what the runtime still compiles counts too; the parameters alone are 0.6 MB a step.
            var most = steps < 100 ? 5 * Megabyte / 2 : Megabyte;
            Assert.True(growth[growth.Count / 2] < most, $"a tenth adds {growth[growth.Count / 2]} bytes");
        });
    }

    private static void SkipWithoutEngine() => Skip.If(Job.WhyNot(Engines.Gloo) is not null, Job.WhyNot(Engines.Gloo));

    private static byte[] Weights(string folder) =>
        File.ReadAllBytes(Path.Combine(folder, TrainingStorage.CheckpointFolder, $"step-{Workers.Subject.Steps}", "model.safetensors"));
}
