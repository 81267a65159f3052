using System.Globalization;
using System.Reflection;
using LibMoE.Runtime.Data.Tokenizers;
using TorchSharp;

namespace LibMoE.Runtime.Checkpoints.Store;

/// <summary>The versions that a checkpoint was written with.</summary>
internal static class LibraryVersions
{
    /// <summary>By name.</summary>
    public static IReadOnlyDictionary<string, string> Current { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["dotnet"] = Environment.Version.ToString(),
        ["libmoe"] = Of(typeof(LibraryVersions).Assembly),
        ["libtorch"] = torch.__version__,
        ["tokenizer-rules"] = TokenizerRules.Version.ToString(CultureInfo.InvariantCulture),
        ["torchsharp"] = Of(typeof(torch).Assembly),
    };

    /// <summary>The same, and which build holds the parts of a declaration that are a user's own.</summary>
    public static IReadOnlyDictionary<string, string> With(MoeDeclaration? declared) => CodeVersion.OfOwnParts(declared) is { } own
        ? new SortedDictionary<string, string>(Current.ToDictionary(), StringComparer.Ordinal) { ["own parts"] = own }
        : Current;

    private static string Of(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version?.ToString() ?? "unknown";
}
