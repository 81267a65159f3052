using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Tests.Checkpoints.Files;

public partial class SyncRuleTests
{
    private const string FileLayer = "LibMoE.Runtime/Files/";

    /// <summary>.NET 10 on Linux reports success when fsync fails, so nothing may rely on its own calls.</summary>
    [SkippableFact]
    public void Only_the_file_layer_makes_files_durable()
    {
        var source = FindSource();
        Skip.If(source is null, "The tests run without the source tree beside them.");

        var offenders = Directory.EnumerateFiles(source!, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(source!, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith(FileLayer, StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
            .Where(file => SystemSync().IsMatch(File.ReadAllText(Path.Combine(source!, file))));

        Assert.Empty(offenders);
    }

    private static string? FindSource()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "LibMoE.slnx")))
            {
                return Path.Combine(folder.FullName, "src");
            }
        }

        return null;
    }

    [GeneratedRegex(@"Flush\(\s*(flushToDisk:\s*)?true\s*\)|FlushToDisk|FileOptions\.WriteThrough|""fsync""")]
    private static partial Regex SystemSync();
}
