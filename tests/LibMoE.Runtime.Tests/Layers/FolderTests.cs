using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace LibMoE.Runtime.Tests.Layers;

/// <summary>A declared layer works in anybody's module and loop only while its folders know nothing of the rest.</summary>
public sealed partial class FolderTests
{
    private static readonly string[] Inner = ["Layers", "Gates", "Kernels"];

    [Fact]
    public void Layers_gates_and_kernels_use_no_type_of_another_folder()
    {
        var files = Directory.EnumerateFiles(Runtime(), "*.cs", SearchOption.AllDirectories)
            .Select(path => (Folder: Path.GetRelativePath(Runtime(), path).Split(Path.DirectorySeparatorChar)[0], Path: path, Code: Code(path)))
            .Where(file => file.Folder is not ("bin" or "obj"))
            .ToList();
        var inner = files.Where(file => Inner.Contains(file.Folder)).ToList();
        var own = inner.SelectMany(file => Declared(file.Code)).ToHashSet();
        var outer = files.Except(inner).SelectMany(file => Declared(file.Code)).Where(name => !own.Contains(name)).ToHashSet();

        var uses = inner.SelectMany(file => Word().Matches(file.Code)
            .Select(word => word.Value)
            .Where(outer.Contains)
            .Distinct()
            .Select(name => $"{Path.GetFileName(file.Path)} uses {name}"));

        Assert.NotEmpty(own);
        Assert.NotEmpty(outer);
        Assert.Empty(uses);
    }

    private static string Runtime([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../src/LibMoE.Runtime"));

    /// <summary>The text without comments and strings.</summary>
    private static string Code(string path) => Ignored().Replace(File.ReadAllText(path), " ");

    private static IEnumerable<string> Declared(string code) => Declaration().Matches(code).Select(match => match.Groups["name"].Value);

    [GeneratedRegex("""//[^\n]*|"(\\.|[^"\\])*"|/\*.*?\*/""", RegexOptions.Singleline)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^(?:public|internal)\s[\w\s]*?\b(?:class|struct|interface|enum|record)\s+(?:struct\s+|class\s+)?(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    /// <summary>A name where a type can stand: before a member, a type argument or a variable, or after new; calls and members are not meant.</summary>
    [GeneratedRegex(@"(?<![.\w])[A-Z]\w+(?=\s*[.<?]|\s+\w)|(?<=\bnew\s)[A-Z]\w+")]
    private static partial Regex Word();
}
