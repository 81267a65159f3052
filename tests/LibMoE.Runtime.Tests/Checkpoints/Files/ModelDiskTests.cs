using System.Text;

namespace LibMoE.Runtime.Tests.Checkpoints.Files;

/// <summary>The model of a disk must be as cruel as it claims: the crash tests are worth what it is.</summary>
public class ModelDiskTests
{
    private const string Name = "/run/file";

    [Fact]
    public void A_file_without_a_sync_may_be_absent_empty_torn_or_whole()
    {
        var disk = WithFolder();
        disk.Create(Name).Write(0, "abcd"u8);

        Assert.Equal(
            ["(absent)", "", "\0\0\0\0", "ab", "abcd"], States(disk, Name).Order(StringComparer.Ordinal).OrderBy(s => s != "(absent)"));
    }

    [Fact]
    public void A_synced_file_in_an_unsynced_folder_is_whole_or_absent()
    {
        var disk = WithFolder();
        using var file = disk.Create(Name);
        file.Write(0, "abcd"u8);
        file.Sync();

        Assert.Equal(["(absent)", "abcd"], States(disk, Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_synced_file_in_a_synced_folder_stays()
    {
        var disk = WithFolder();
        disk.Put(Name, "abcd"u8.ToArray());

        Assert.Equal(["abcd"], States(disk, Name));
    }

    [Fact]
    public void A_rename_may_arrive_before_the_bytes_it_should_publish()
    {
        var disk = WithFolder();
        disk.Put(Name, "old!"u8.ToArray());
        disk.Create("/run/new").Write(0, "new!"u8);
        disk.Rename("/run/new", Name);

        Assert.Contains("", States(disk, Name));
        Assert.Contains("old!", States(disk, Name));
        Assert.DoesNotContain("(absent)", States(disk, Name));
    }

    [Fact]
    public void Deletions_may_arrive_in_any_order()
    {
        var disk = WithFolder();
        disk.Put("/run/a", [1]);
        disk.Put("/run/b", [2]);
        disk.DeleteFile("/run/a");
        disk.DeleteFile("/run/b");

        var left = disk.PowerCuts()
            .Select(cut => string.Join("", cut.List("/run").Select(entry => entry.Name))).Order(StringComparer.Ordinal);

        Assert.Equal(["", "a", "ab", "b"], left);
    }

    [Fact]
    public void A_power_cut_leaves_a_disk_of_its_own()
    {
        var disk = WithFolder();
        disk.Put(Name, [1]);
        var cut = disk.PowerCuts().Single();
        cut.Put(Name, [2]);

        Assert.Equal([1], disk.Bytes(Name));
        Assert.NotEqual(disk.Fingerprint(), cut.Fingerprint());
    }

    private static ModelDisk WithFolder()
    {
        var disk = new ModelDisk();
        disk.CreateFolder("/run");
        disk.SyncFolder("/");
        return disk;
    }

    private static HashSet<string> States(ModelDisk disk, string path) =>
        [.. disk.PowerCuts().Select(cut => cut.Find(path) is null ? "(absent)" : Encoding.ASCII.GetString(cut.Bytes(path)))];
}
