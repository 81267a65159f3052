using Microsoft.CodeAnalysis;

namespace LibMoE.Generators.Known;

/// <summary>
/// The methods of TorchSharp 0.107's tensors that make a <c>Scalar</c> of their own and let go of it before libtorch has read it, by their
/// documentation ids. A test reads the same list out of TorchSharp's own code.
/// </summary>
internal static class ScalarsInside
{
    private static readonly HashSet<string> Ids = Read();

    /// <summary>Whether the method is one of them.</summary>
    public static bool Contains(IMethodSymbol method) =>
        method.ContainingAssembly?.Name == "TorchSharp" && Ids.Contains(method.OriginalDefinition.GetDocumentationCommentId() ?? "");

    /// <summary>The ids.</summary>
    public static IReadOnlyCollection<string> All => Ids;

    private static HashSet<string> Read()
    {
        using var reader = new StreamReader(typeof(ScalarsInside).Assembly.GetManifestResourceStream("ScalarsInside.txt")!);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0)];
    }
}
