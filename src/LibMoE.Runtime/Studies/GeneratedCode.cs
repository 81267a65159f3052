using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace LibMoE.Runtime.Studies;

/// <summary>The C# that the generator wrote for a declared layer. The compiler keeps what generators wrote in the symbols of the assembly
/// (portable PDB, embedded source), so a run can show it long after the program has changed.</summary>
internal static class GeneratedCode
{
    /// <summary>The file in a cell's folder.</summary>
    public const string FileName = "layer.g.cs";

    private const int Longest = 1 << 22;

    /// <summary>The specification's mark of a source that symbols carry:
    /// https://github.com/dotnet/runtime/blob/main/docs/design/specs/PortablePdb-Metadata.md.</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    /// <summary>The code of layers, one after the other; null where there are no symbols, or none of these layers was generated.</summary>
    /// <param name="layers">The layers' classes.</param>
    public static string? Of(IEnumerable<Type> layers)
    {
        var found = layers.Distinct().Select(Find).OfType<string>().ToList();
        return found.Count == 0 ? null : string.Join('\n', found);
    }

    private static string? Find(Type layer)
    {
        try
        {
            if (layer.Assembly.Location is not { Length: > 0 } assembly)
            {
                return null;
            }

            using var image = new PEReader(File.OpenRead(assembly));
            if (!image.TryOpenAssociatedPortablePdb(
                assembly, path => File.Exists(path) ? File.OpenRead(path) : null, out var symbols, out _))
            {
                return null;
            }

            using (symbols)
            {
                return Find(symbols!.GetMetadataReader(), layer.Name + ".g.cs");
            }
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or BadImageFormatException
            or InvalidDataException)
        {
            return null;
        }
    }

    private static string? Find(MetadataReader symbols, string file) => (
        from handle in symbols.Documents
        let name = symbols.GetString(symbols.GetDocument(handle).Name).Split('/', '\\')[^1]
        where name == file || name.EndsWith("." + file, StringComparison.Ordinal)
        from detail in symbols.GetCustomDebugInformation(handle)
        let information = symbols.GetCustomDebugInformation(detail)
        where symbols.GetGuid(information.Kind) == EmbeddedSource
        select Text(symbols.GetBlobBytes(information.Value))).FirstOrDefault();

    /// <summary>Four bytes with the length, then the text deflated; a length of 0 says that it is as it is.</summary>
    private static string Text(byte[] blob)
    {
        var length = BitConverter.ToInt32(blob, 0);
        if (length == 0)
        {
            return Encoding.UTF8.GetString(blob, sizeof(int), blob.Length - sizeof(int)).TrimStart('\ufeff');
        }

        using var inflated = new DeflateStream(new MemoryStream(blob, sizeof(int), blob.Length - sizeof(int)), CompressionMode.Decompress);
        var text = new byte[Math.Clamp(length, 0, Longest)];
        return Encoding.UTF8.GetString(text, 0, inflated.ReadAtLeast(text, text.Length, throwOnEndOfStream: false)).TrimStart('\ufeff');
    }
}
