using System.Globalization;

namespace LibMoE.Distributed.Tests;

/// <summary>How a job's ranks come together, as its test hands it to them through the environment.</summary>
internal static class JobOptions
{
    private const string Prefix = "JOB_";

    /// <summary>The variables of some options.</summary>
    public static Dictionary<string, string> Variables(RankOptions options) => new()
    {
        [Prefix + nameof(options.Engine)] = options.Engine.ToString(),
        [Prefix + nameof(options.JoinSeconds)] = options.JoinSeconds.ToString(CultureInfo.InvariantCulture),
        [Prefix + nameof(options.LimitSeconds)] = options.LimitSeconds.ToString(CultureInfo.InvariantCulture),
        [Prefix + nameof(options.Experts)] = options.Experts.ToString(CultureInfo.InvariantCulture),
        [Prefix + nameof(options.Check)] = options.Check.ToString(),
        [Prefix + nameof(options.StatusFolder)] = options.StatusFolder ?? "",
        [Prefix + nameof(options.MpiLibrary)] = options.MpiLibrary ?? "",
    };

    /// <summary>The options that the environment has.</summary>
    public static RankOptions FromEnvironment() => new()
    {
        Engine = Enum.Parse<RankEngine>(Text(nameof(RankOptions.Engine))!),
        JoinSeconds = double.Parse(Text(nameof(RankOptions.JoinSeconds))!, CultureInfo.InvariantCulture),
        LimitSeconds = double.Parse(Text(nameof(RankOptions.LimitSeconds))!, CultureInfo.InvariantCulture),
        Experts = int.Parse(Text(nameof(RankOptions.Experts))!, CultureInfo.InvariantCulture),
        Check = bool.Parse(Text(nameof(RankOptions.Check))!),
        StatusFolder = Text(nameof(RankOptions.StatusFolder)),
        MpiLibrary = Text(nameof(RankOptions.MpiLibrary)),
    };

    private static string? Text(string name) =>
        Environment.GetEnvironmentVariable(Prefix + name) is { Length: > 0 } text ? text : null;
}
