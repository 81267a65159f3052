namespace LibMoE.Runtime.Tests.Checkpoints.Files;

public sealed class DiskFilesTests : IDisposable
{
    private static readonly DiskFiles Files = DiskFiles.Instance;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        using (var file = Files.Create(_folder["a"]))
        {
            file.Write(0, [1, 2, 3, 4]);
            file.Write(6, [7]);
            file.SetLength(8);
            file.Sync();
        }

        using var read = Files.OpenRead(_folder["a"]);
        var bytes = new byte[10];

        Assert.Equal(8, read.Length);
        Assert.Equal(8, read.Read(0, bytes));
        Assert.Equal([1, 2, 3, 4, 0, 0, 7, 0, 0, 0], bytes);
    }

    [Fact]
    public void Creating_a_file_empties_the_one_before()
    {
        File.WriteAllText(_folder["a"], "before");
        Files.Create(_folder["a"]).Dispose();

        Assert.Equal(0, new FileInfo(_folder["a"]).Length);
    }

    [Fact]
    public void A_folder_can_be_made_durable()
    {
        Files.CreateFolder(_folder["sub"]);
        Files.SyncFolder(_folder["sub"]);
        Files.SyncFolder(_folder.Path);

        Assert.Equal(RunEntryKind.Folder, Files.Find(_folder["sub"])!.Value.Kind);
    }

    [Fact]
    public void Names_are_listed_with_their_kinds_in_ordinal_order()
    {
        File.WriteAllText(_folder["b"], "four");
        File.WriteAllText(_folder["B"], "");
        Files.CreateFolder(_folder["a"]);
        File.CreateSymbolicLink(_folder["link"], _folder["b"]);
        File.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);

        Assert.Equal(
            [
                new RunEntry("B", RunEntryKind.File, 0),
                new RunEntry("a", RunEntryKind.Folder, 0),
                new RunEntry("b", RunEntryKind.File, 4),
                new RunEntry("dangling", RunEntryKind.Link, 0),
                new RunEntry("link", RunEntryKind.Link, 0),
            ],
            Files.List(_folder.Path));
        Assert.Equal(RunEntryKind.Link, Files.Find(_folder["dangling"])!.Value.Kind);
        Assert.Null(Files.Find(_folder["nowhere"]));
    }

    [Fact]
    public void Renaming_replaces_a_file_but_no_folder_with_contents()
    {
        File.WriteAllText(_folder["new"], "new");
        File.WriteAllText(_folder["old"], "old");
        Files.Rename(_folder["new"], _folder["old"]);

        Files.CreateFolder(_folder["x"]);
        Files.CreateFolder(_folder["y"]);
        File.WriteAllText(Path.Combine(_folder["y"], "file"), "");
        var error = Assert.Throws<StorageException>(() => Files.Rename(_folder["x"], _folder["y"]));

        Assert.Equal("new", File.ReadAllText(_folder["old"]));
        Assert.Equal(StorageCause.AlreadyExists, error.Cause);
    }

    [Fact]
    public void A_tree_is_deleted_without_following_links()
    {
        using var other = new TempFolder();
        File.WriteAllText(other["kept"], "kept");
        Files.CreateFolder(_folder["tree"]);
        Files.CreateFolder(Path.Combine(_folder["tree"], "sub"));
        File.WriteAllText(Path.Combine(_folder["tree"], "sub", "file"), "");
        Directory.CreateSymbolicLink(Path.Combine(_folder["tree"], "link"), other.Path);

        Files.DeleteTree(_folder["tree"]);

        Assert.False(Directory.Exists(_folder["tree"]));
        Assert.True(File.Exists(other["kept"]));
    }

    [Fact]
    public void Absent_files_are_named()
    {
        var error = Assert.Throws<StorageException>(() => Files.OpenRead(_folder["absent"]));

        Assert.Equal(StorageCause.NotFound, error.Cause);
        Assert.Equal($"{_folder["absent"]} could not be opened: it does not exist", error.Message);
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => Files.List(_folder["absent"])).Cause);
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => Files.Rename(_folder["absent"], _folder["b"])).Cause);
        Assert.Equal(StorageCause.NotFound, Assert.Throws<StorageException>(() => Files.SyncFolder(_folder["absent"])).Cause);
    }

    [Fact]
    public void A_message_stays_on_one_line_whatever_the_file_is_called()
    {
        var error = Assert.Throws<StorageException>(() => Files.OpenRead(_folder["two\nlines"]));

        Assert.DoesNotContain('\n', error.Message);
    }

    [SkippableFact]
    public void A_full_device_is_reported_by_the_write()
    {
        Skip.IfNot(File.Exists("/dev/full"), "This system has no /dev/full.");
        using var file = Files.OpenWrite("/dev/full");

        var error = Assert.Throws<StorageException>(() => file.Write(0, [1]));

        Assert.Equal(StorageCause.DiskFull, error.Cause);
        Assert.Equal("/dev/full could not be written: the disk, or your share of it, is full", error.Message);
    }

    [SkippableFact]
    public void A_failed_sync_is_reported_and_never_repeated()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "fsync of /dev/null is known to fail on Linux only.");
        using var file = Files.OpenWrite("/dev/null");

        Assert.Contains("could not be made durable", Assert.Throws<StorageException>(file.Sync).Message);
        Assert.Contains("has to be written again", Assert.Throws<StorageException>(file.Sync).Message);
    }

    [Fact]
    public void A_lock_is_held_once_and_can_be_taken_after_its_release()
    {
        var first = Files.TryLock(_folder["lock"]);
        Assert.NotNull(first);
        Assert.Null(Files.TryLock(_folder["lock"]));

        first.Dispose();
        using var second = Files.TryLock(_folder["lock"]);
        Assert.NotNull(second);
    }

    [Fact]
    public void An_atomic_write_replaces_the_file_and_leaves_nothing_beside_it()
    {
        File.WriteAllText(_folder["a"], "old");
        var written = Files.WriteAtomically(_folder["a"], "new"u8.ToArray());

        Assert.Equal("new", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], Files.List(_folder.Path).Select(entry => entry.Name));
        Assert.Equal(new WrittenFile("a", 3, Files.Sha256(_folder["a"])), written);
    }

    [Fact]
    public void An_atomic_write_that_fails_leaves_the_old_file()
    {
        File.WriteAllText(_folder["a"], "old");
        Assert.Throws<InvalidDataException>(() => Files.WriteAtomically(_folder["a"], _ => throw new InvalidDataException()));

        Assert.Equal("old", File.ReadAllText(_folder["a"]));
        Assert.Equal(["a"], Files.List(_folder.Path).Select(entry => entry.Name));
    }

    [Fact]
    public void A_writer_joins_small_and_large_pieces_in_order()
    {
        var random = new Random(1);
        var pieces = new[] { 1, 300_000, 5, 262_144, 0, 262_143, 2 }
            .Select(size => { var piece = new byte[size]; random.NextBytes(piece); return piece; }).ToArray();
        WrittenFile written;
        using (var writer = new RunFileWriter(Files, _folder["a"]))
        {
            Array.ForEach(pieces, piece => writer.Write(piece));
            written = writer.Finish();
        }

        var bytes = pieces.SelectMany(piece => piece).ToArray();
        Assert.Equal(bytes, File.ReadAllBytes(_folder["a"]));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)), written.Sha256);
    }

    [Fact]
    public void A_file_above_the_limit_is_not_read_into_memory()
    {
        File.WriteAllText(_folder["a"], "12345");

        Assert.Equal(StorageCause.TooLarge, Assert.Throws<StorageException>(() => Files.ReadAll(_folder["a"], limit: 4)).Cause);
    }
}
