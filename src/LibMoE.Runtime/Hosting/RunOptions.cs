namespace LibMoE.Runtime;

/// <summary>Where a run is written; configuration section <c>Run</c>.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// The run's folder name. Empty takes a name from the program or the variant, with -2, -3, … where that is taken already; a name
    /// given here must be free, so that no run is ever written over another.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The folder that holds the run folders, under the working directory.</summary>
    public string Folder { get; init; } = "runs";

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

        return problems;
    }
}
