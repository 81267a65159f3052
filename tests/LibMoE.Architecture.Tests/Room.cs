namespace LibMoE.Architecture.Tests;

/// <summary>A folder of one project. Its files may use their own room and those below it, in this project or a lower one.</summary>
/// <param name="Path">The folder below <c>src</c>, with forward slashes.</param>
internal sealed record Room(string Path)
{
    /// <summary>Whether a file lies in this folder or below it.</summary>
    /// <param name="file">The file's path below <c>src</c>.</param>
    public bool Holds(string file) => file.StartsWith(Path + "/", StringComparison.Ordinal);

    /// <summary>The namespace of the internal types in a file of this room's project.</summary>
    /// <param name="file">The file's path below <c>src</c>.</param>
    public static string NamespaceOf(string file)
    {
        var parts = file.Split('/');
        var project = parts[0] switch
        {
            "LibMoE.Testing" => "LibMoE.Runtime.Testing",
            _ => "LibMoE.Runtime",
        };
        return string.Join('.', parts[1..^1].Prepend(project));
    }
}
