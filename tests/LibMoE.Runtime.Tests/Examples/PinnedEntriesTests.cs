using System.IO.Compression;
using System.Text;
using Domains;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>Files of archives are held to one hash, however they are packed.</summary>
public sealed class PinnedEntriesTests : IDisposable
{
    /// <summary><c>printf one > a.txt; printf two > b.txt; sha256sum a.txt b.txt | sha256sum</c>.</summary>
    private const string Hash = "408e5b7a92221a051491158c0d15a8d6594bb09115cf53e0a1359e7a05321f40";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-entries-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Their_hash_is_that_of_the_list_that_sha256sum_prints_whatever_folders_and_archives_they_lie_in()
    {
        var one = PinnedEntries.Read([Zip("one", ("folder/b.txt", "two"), ("folder/a.txt", "one"), ("c.md", "three"))], IsText);
        var other = PinnedEntries.Read([Zip("b", ("b.txt", "two")), Zip("a", ("x/a.txt", "one"))], IsText);

        Assert.Equal(["a.txt", "b.txt"], one.Select(file => file.Name));
        Assert.Equal(Hash, PinnedEntries.HashOf(one));
        Assert.Equal(Hash, PinnedEntries.HashOf(other));
        PinnedEntries.Check(one, "one.zip", Hash);
    }

    [Fact]
    public void Files_with_another_content_are_refused_with_both_hashes()
    {
        var files = PinnedEntries.Read([Zip("one", ("a.txt", "one"), ("b.txt", "tow"))], IsText);

        Assert.Equal(
            $"one.zip: the list of the SHA-256 of its 2 files has the SHA-256 {PinnedEntries.HashOf(files)} where {Hash} is expected.",
            Assert.Throws<InvalidDataException>(() => PinnedEntries.Check(files, "one.zip", Hash)).Message);
    }

    private static bool IsText(string name) => name.EndsWith(".txt", StringComparison.Ordinal);

    private string Zip(string name, params (string Name, string Text)[] files)
    {
        var path = Path.Combine(_folder.FullName, name + ".zip");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (file, text) in files)
        {
            using var entry = zip.CreateEntry(file).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }

        return path;
    }
}
