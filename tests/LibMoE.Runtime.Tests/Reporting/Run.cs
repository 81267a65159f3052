namespace LibMoE.Runtime.Tests.Reporting;

/// <summary>Finished runs with chosen figures.</summary>
internal static class Run
{
    public static TrainingResult Of(
        string name, long seed, double[] losses, double wall = 10, double tokensPerSecond = 1000, ExpertLoad? load = null) => new()
        {
            Name = name,
            Seed = seed,
            StructureHash = new string('a', 64),
            TotalParameters = 1_234_567,
            ActiveParameters = 109_312,
            FlopsPerToken = 200_000,
            TrainLoss = losses.Average() + 0.1,
            ValidationLoss = losses.Average(),
            ValidationLossStdErr = 0.01 * (seed + 1),
            SequenceLosses = losses,
            PerplexityPerByte = Math.Exp(losses.Average()),
            TokensPerSecond = tokensPerSecond,
            WallSeconds = wall,
            Load = load,
            History = [new TrainingProgress(
            600, 600, losses.Average(), 0.02, 1e-4, tokensPerSecond, load?.Cv, load?.Dead, TimeSpan.FromSeconds(wall), [])],
        };
}
