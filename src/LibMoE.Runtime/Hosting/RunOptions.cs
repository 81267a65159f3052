namespace LibMoE.Runtime;

/// <summary>Where a run is written and what it may use; configuration section <c>Run</c>.</summary>
public sealed record RunOptions
{
    /// <summary>
    /// The run's folder name. Empty takes a name from the program or the variant, with -2, -3, … where that exists already;
    /// a name given here must be free.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The folder that holds the run folders, under the working directory.</summary>
    public string Folder { get; init; } = "runs";

    /// <summary>How many threads libtorch computes with; 0 takes one per core. Results are bit-identical for the same number only.</summary>
    public int Threads { get; init; }

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name.Length > 0 && (Name.Trim('.').Length == 0 || Name.IndexOfAny(['/', '\\', .. Path.GetInvalidFileNameChars()]) >= 0))
        {
            yield return $"Run:Name is '{Name}'; it must be a folder name without separators.";
        }

        if (Folder.Length == 0 || File.Exists(Folder))
        {
            yield return $"Run:Folder is '{Folder}'; it must be a folder, existing or not.";
        }

        if (Threads is < 0 or > 1024)
        {
            yield return $"Run:Threads is {Threads}; it must be 0 (one per core) or 1 to 1024.";
        }
    }
}
