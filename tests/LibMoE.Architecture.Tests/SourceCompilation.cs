using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Architecture.Tests;

/// <summary>The sources of several projects as one compilation, so that names bind across them.</summary>
internal static class SourceCompilation
{
    private static readonly string[] Implicit =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    /// <summary>What this test project itself stands on, less the assemblies whose sources are read; each file is read once.</summary>
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is not ("LibMoE.Layers" or "LibMoE.Runtime" or "LibMoE.Testing"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    private static readonly ConditionalWeakTable<Compilation, ConcurrentDictionary<SyntaxTree, SemanticModel>> Models = [];

    /// <summary>The meaning of a file, which is worked out once for all who ask.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="tree">One of its files.</param>
    public static SemanticModel ModelOf(this Compilation compilation, SyntaxTree tree) =>
        Models.GetValue(compilation, _ => new()).GetOrAdd(tree, added => compilation.GetSemanticModel(added));

    /// <summary>Compiles sources.</summary>
    /// <param name="sources">Texts by their path below <c>src</c>.</param>
    public static CSharpCompilation Of(IReadOnlyDictionary<string, string> sources)
    {
        var options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Latest).WithDocumentationMode(DocumentationMode.Parse);
        var usings = string.Concat(Implicit.Select(name => $"global using {name};\n"));
        var trees = sources.Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key))
            .Append(CSharpSyntaxTree.ParseText(usings, options, "usings.cs"));
        return CSharpCompilation.Create(
            "Sources", trees, References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

}
