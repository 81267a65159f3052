using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Architecture.Tests;

/// <summary>The sources of the projects that are read, by their path below <c>src</c>.</summary>
internal static class Sources
{
    private static readonly Lazy<Compilation> Compiled = new(Compile);
    private static readonly Lazy<SourceGraph> Used = new(() => SourceGraph.Of(Compilation));

    private static readonly string[] Projects = ["LibMoE.Layers", "LibMoE.Testing", "LibMoE.Runtime"];

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../.."));

    /// <summary>All files, read once.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Projects
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories))
        .Select(path => (Path: Path.GetRelativePath(Path.Combine(Root, "src"), path).Replace('\\', '/'), Full: path))
        .Where(file => file.Path.Split('/') is not [_, "bin" or "obj", ..])
        .ToDictionary(file => file.Path, file => File.ReadAllText(file.Full));

    /// <summary>All files, compiled once.</summary>
    public static Compilation Compilation => Compiled.Value;

    /// <summary>Their uses of each other, worked out once.</summary>
    public static SourceGraph Graph => Used.Value;

    private static CSharpCompilation Compile() => SourceCompilation.Of(All);

    private static string Here([CallerFilePath] string path = "") => path;
}
