using System.Reflection;
using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>The versions that a checkpoint was written with.</summary>
internal static class LibraryVersions
{
    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, string> Current { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["dotnet"] = Environment.Version.ToString(),
        ["libmoe"] = Of(typeof(LibraryVersions).Assembly),
        ["libtorch"] = torch.__version__,
        ["torchsharp"] = Of(typeof(torch).Assembly),
    };

    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
