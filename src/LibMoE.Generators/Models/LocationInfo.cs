using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LibMoE.Generators.Models;

/// <summary>A place in a source file that compares by value and keeps no syntax tree alive.</summary>
/// <param name="FilePath">The file.</param>
/// <param name="Span">The characters.</param>
/// <param name="Lines">The same as lines and columns.</param>
internal sealed record LocationInfo(string FilePath, TextSpan Span, LinePositionSpan Lines) : IComparable<LocationInfo>
{
    /// <summary>The place of a node or token.</summary>
    public static LocationInfo Of(SyntaxNodeOrToken syntax) => Of(syntax.GetLocation()!);

    /// <summary>The same place without its tree.</summary>
    public static LocationInfo Of(Location location) =>
        new(location.SourceTree?.FilePath ?? string.Empty, location.SourceSpan, location.GetLineSpan().Span);

    /// <summary>The place as a diagnostic wants it.</summary>
    public Location ToLocation() => Location.Create(FilePath, Span, Lines);

    /// <summary>The place in one of these trees, where <c>#pragma</c> lines and editor settings apply to it.</summary>
    public Location ToLocation(IEnumerable<SyntaxTree> trees) =>
        trees.FirstOrDefault(tree => tree.FilePath == FilePath) is { } tree ? Location.Create(tree, Span) : ToLocation();

    /// <summary>Orders by file, then by position.</summary>
    public int CompareTo(LocationInfo? other)
    {
        var files = string.CompareOrdinal(FilePath, other?.FilePath);
        return files != 0 ? files : Span.CompareTo(other?.Span ?? default);
    }
}
