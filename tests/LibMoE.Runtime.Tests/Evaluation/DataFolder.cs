using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>A data folder of a test's own, deleted with it.</summary>
internal sealed class DataFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("libmoe-eval-").FullName;

    public DataCache Cache => new([Path]);

    public DataFolder With(string name, string text) => With(name, Encoding.UTF8.GetBytes(text));

    public DataFolder With(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return this;
    }

    public DataFolder WithZip(string name, params (string Entry, string Text)[] entries) => With(name, Zip(entries));

    public DataFolder WithTarGz(string name, params (string Entry, string Text)[] entries) => With(name, Gzip(Tar(entries)));

    public static byte[] Zip(params (string Entry, string Text)[] entries)
    {
        var memory = new MemoryStream();
        using (var archive = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (entry, text) in entries)
            {
                using var writer = new StreamWriter(archive.CreateEntry(entry).Open());
                writer.Write(text);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Tar(params (string Entry, string Text)[] entries)
    {
        var memory = new MemoryStream();
        using (var archive = new TarWriter(memory, leaveOpen: true))
        {
            foreach (var (entry, text) in entries)
            {
                archive.WriteEntry(
                    new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        return memory.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        var memory = new MemoryStream();
        using (var stream = new GZipStream(memory, CompressionLevel.Fastest))
        {
            stream.Write(content);
        }

        return memory.ToArray();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
