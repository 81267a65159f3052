using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Tests.Support;

/// <summary>What declarations are compiled against: the framework and everything the runtime brings. Read once for all tests.</summary>
internal static class References
{
    private static readonly Lazy<MetadataReference[]> _all = new(() => Read(_ => true));
    private static readonly Lazy<MetadataReference[]> _withoutRuntime = new(() => Read(name => name != "LibMoE.Runtime"));

    /// <summary>All of them.</summary>
    public static IEnumerable<MetadataReference> All => _all.Value;

    /// <summary>All but LibMoE.Runtime.</summary>
    public static IEnumerable<MetadataReference> WithoutRuntime => _withoutRuntime.Value;

    private static MetadataReference[] Read(Func<string, bool> isWanted) =>
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name && !name.StartsWith("LibMoE.Generators", StringComparison.Ordinal)
                && !name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) && isWanted(name))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];
}
