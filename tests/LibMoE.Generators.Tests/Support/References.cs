using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LibMoE.Generators.Tests.Support;

/// <summary>
/// Empty compilations that declarations are added to, with the framework and everything the runtime brings. They are made once: what is
/// added to a compilation shares the symbols of its references, which are most of the cost.
/// </summary>
internal static class References
{
    private static readonly Lazy<CSharpCompilation> LazyAll = new(() => Make(_ => true));
    private static readonly Lazy<CSharpCompilation> LazyWithoutRuntime = new(
        () => Make(name => name is not ("LibMoE.Layers" or "LibMoE.Runtime" or "LibMoE.Testing")));

    /// <summary>With all references.</summary>
    public static CSharpCompilation All => LazyAll.Value;

    /// <summary>Without LibMoE.Layers and what stands on it.</summary>
    public static CSharpCompilation WithoutRuntime => LazyWithoutRuntime.Value;

    private static CSharpCompilation Make(Func<string, bool> isWanted) => CSharpCompilation.Create(
        "Demo",
        references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileNameWithoutExtension(path) is var name && !IsOfTheTests(name) && isWanted(name))
            .Select(path => MetadataReference.CreateFromFile(path)),
        options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private static bool IsOfTheTests(string name) =>
        Array.Exists(["LibMoE.Generators", "Microsoft.CodeAnalysis", "xunit", "Microsoft.TestPlatform"], prefix => name.StartsWith(
            prefix, StringComparison.Ordinal));
}
