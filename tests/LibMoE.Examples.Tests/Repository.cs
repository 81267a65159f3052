namespace LibMoE.Examples.Tests;

/// <summary>Where things are in the checkout that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The program of an example, or the benchmark's, built in the same configuration as these tests:
    /// bin/{configuration}/{framework}/. One in a folder of examples is named with the folder.</summary>
    public static string ProgramOf(string example)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var folder = PathOf(example == Benchmarks ? "bench" : "examples", example);
        return Path.Combine(folder, "bin", output.Parent!.Name, output.Name, Path.GetFileName(example) + ".dll");
    }

    /// <summary>The one program that is no example.</summary>
    public const string Benchmarks = "LibMoE.Benchmarks";

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No LibMoE.slnx above {AppContext.BaseDirectory}.");
    }
}
