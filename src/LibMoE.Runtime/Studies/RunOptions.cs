using LibMoE.Runtime.Models;

namespace LibMoE.Runtime;

/// <summary>Where a run is written, and where it computes; configuration section <c>Run</c>.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// The run's folder name. Empty takes a name from the program or the variant, with -2, -3, … where that is taken already; a name
    /// given here must be free, so that no run is ever written over another.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The folder that holds the run folders, under the working directory.</summary>
    public string Folder { get; init; } = "runs";

    /// <summary>Where models are trained: auto (a graphics card where there is one), cpu, cuda, or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Continues the run of that name: what is finished stays, the rest is done.</summary>
    public bool Resume { get; init; }

    /// <summary>Keys of settings, or whole sections, that may differ from those of the run that is continued;
    /// separated by commas.</summary>
    public string AllowChange { get; init; } = "";

    /// <summary><see cref="AllowChange"/>, key by key.</summary>
    internal IReadOnlyList<string> AllowedChanges =>
        AllowChange.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Name.Length > 0 && (Name.Trim('.').Length == 0 || Name.IndexOfAny(['/', '\\', .. Path.GetInvalidFileNameChars()]) >= 0))
        {
            problems.Add($"Run:Name is '{Name}'; it must be a folder name without separators.");
        }

        if (Folder.Length == 0 || File.Exists(Folder))
        {
            problems.Add($"Run:Folder is '{Folder}'; it must be a folder, existing or not.");
        }

        if (ComputeDevice.Problem(Device) is { } problem)
        {
            problems.Add(problem);
        }

        // Settings of a learner may also differ from those of a cell that is evaluated, or generated from.
        if (!Resume && AllowedChanges.Any(key => key.Split(':')[0] != "Learner"))
        {
            problems.Add($"Run:AllowChange is '{AllowChange}'; it makes sense with Run:Resume only.");
        }

        return problems;
    }
}
