namespace LibMoE.Generators.Tests.Support;

/// <summary>The checkout that the tests were built in.</summary>
internal static class Repository
{
    private static readonly Lazy<string> Root = new(Find);

    /// <summary>A path from the root of the repository.</summary>
    public static string Path(params string[] parts) => System.IO.Path.Combine([Root.Value, .. parts]);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "LibMoE.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests were not built inside a checkout.");
        }

        return folder.FullName;
    }
}
