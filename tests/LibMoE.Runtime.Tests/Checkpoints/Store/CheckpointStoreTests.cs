using System.Text;
using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

public class CheckpointStoreTests
{
    private const string NewestManifest = "/run/checkpoints/step-20/manifest.json";

    [Fact]
    public void The_newest_of_several_saves_is_found()
    {
        var disk = Saves.Disk();
        foreach (var step in new[] { 9, 100, 20 })
        {
            Saves.Save(disk, step);
        }

        var found = Saves.Search(disk);

        Assert.Equal(100, found.Newest!.Step);
        Assert.Empty(found.Damaged);
        Assert.True(Saves.IsTrue(disk, found.Newest));
        Assert.Equal(["a.txt", "b.txt"], found.Newest.Files.Select(file => file.Name));
        Assert.Equal([9, 20, 100], new CheckpointStore(disk, Saves.Folder).Steps());
    }

    [Fact]
    public void A_store_without_saves_has_no_newest_one()
    {
        Assert.Null(Saves.Search(Saves.Disk()).Newest);
        Assert.Empty(new CheckpointStore(Saves.Disk(), Saves.Folder).Steps());
    }

    [Fact]
    public void The_last_ones_and_the_best_are_kept()
    {
        var disk = Saves.Disk();
        var store = new CheckpointStore(disk, Saves.Folder);
        foreach (var step in new[] { 10, 20, 30, 40, 50 })
        {
            Saves.Save(disk, step);
        }

        store.Keep(last: 2, also: 20);

        Assert.Equal([20, 40, 50], store.Steps());
        Assert.Equal(["step-20", "step-40", "step-50"], disk.List(Saves.Folder).Select(entry => entry.Name));
    }

    [Fact]
    public void What_a_killed_save_or_deletion_left_is_swept_by_the_next_save()
    {
        var disk = Saves.Disk();
        Saves.Save(disk, 10);
        disk.CreateFolder("/run/checkpoints/step-20.tmp");
        disk.Put("/run/checkpoints/step-20.tmp/a.txt", [1, 2, 3]);
        disk.CreateFolder("/run/checkpoints/step-5.tmp");

        Assert.Equal(10, Saves.Search(disk).Newest!.Step);
        Saves.Save(disk, 20);

        Assert.Equal(["step-10", "step-20"], disk.List(Saves.Folder).Select(entry => entry.Name));
        Assert.True(Saves.IsTrue(disk, Saves.Search(disk).Newest!));
    }

    [Fact]
    public void A_whole_checkpoint_is_not_written_over_and_a_damaged_one_is()
    {
        var disk = Saves.Disk();
        Saves.Save(disk, 10);
        new CheckpointStore(disk, Saves.Folder).Save(10, _ => Assert.Fail("It is there already."));
        using (var file = disk.OpenWrite("/run/checkpoints/step-10/a.txt"))
        {
            file.Write(0, [0]);
        }

        Saves.Save(disk, 10);

        Assert.True(Saves.IsTrue(disk, Saves.Search(disk).Newest!));
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "a missing file", "/run/checkpoints/step-20/b.txt is damaged: it does not exist, but the manifest names it" },
        { "a shorter file", "/run/checkpoints/step-20/b.txt is damaged: it has 5 bytes; the manifest says 17" },
        { "another byte", "/run/checkpoints/step-20/b.txt is damaged: its bytes are not those of the manifest's SHA-256" },
        { "no manifest", $"{NewestManifest} is damaged: it does not exist, so the save was never finished" },
        { "an empty manifest", $"{NewestManifest} is damaged: it is not the manifest of a checkpoint: The input does not contain any JSON "
            + "tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true. Path: $ | LineNumber: "
            + "0 | BytePositionInLine: 0." },
        { "a manifest of null", $"{NewestManifest} is damaged: its schema is ; this program reads 1" },
        { "a later schema", $"{NewestManifest} is damaged: its schema is 2; this program reads 1" },
        { "another step's manifest", $"{NewestManifest} is damaged: it is of step 10, but the folder is named for step 20" },
        { "a path in the manifest", $"{NewestManifest} is damaged: it names '../step-10/a.txt', which is not a file of its own folder" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_newest_one_is_reported_and_the_one_before_it_taken(string damage, string report)
    {
        var disk = Saves.Disk();
        Saves.Save(disk, 10);
        Saves.Save(disk, 20);
        Damage(disk, damage);

        var found = Saves.Search(disk);

        Assert.Equal(10, found.Newest!.Step);
        Assert.Equal([report], found.Damaged);
    }

    [Fact]
    public void A_file_that_is_no_folder_and_a_folder_of_another_name_are_no_checkpoints()
    {
        var disk = Saves.Disk();
        Saves.Save(disk, 10);
        disk.Put("/run/checkpoints/step-99", [1]);
        foreach (var name in new[] { "step-", "step-07", "step--7", "step-7 ", "step-1e3", "latest", "99" })
        {
            disk.CreateFolder($"/run/checkpoints/{name}");
        }

        var found = Saves.Search(disk);

        Assert.Equal(10, found.Newest!.Step);
        Assert.Empty(found.Damaged);
    }

    [Fact]
    public void A_copy_under_another_name_can_be_opened()
    {
        var disk = Saves.Disk();
        Saves.Save(disk, 10);
        disk.Rename("/run/checkpoints/step-10", "/run/checkpoints/the-good-one");

        Assert.Equal(10, Checkpoint.Open(disk, "/run/checkpoints/the-good-one").Step);
        Assert.True(Checkpoint.IsIn(disk, "/run/checkpoints/the-good-one"));
        Assert.False(Checkpoint.IsIn(disk, "/run"));
    }

    private static void Damage(ModelDisk disk, string damage)
    {
        const string File = "/run/checkpoints/step-20/b.txt";
        var manifest = Encoding.UTF8.GetString(disk.Bytes(NewestManifest));
        switch (damage)
        {
            case "a missing file":
                disk.DeleteFile(File);
                break;
            case "a shorter file":
                disk.Put(File, disk.Bytes(File)[..5]);
                break;
            case "another byte":
                disk.Put(File, [.. disk.Bytes(File)[..^1], (byte)'!']);
                break;
            case "no manifest":
                disk.DeleteFile(NewestManifest);
                break;
            case "an empty manifest":
                disk.Put(NewestManifest, []);
                break;
            case "a manifest of null":
                disk.Put(NewestManifest, "null"u8.ToArray());
                break;
            case "a later schema":
                disk.Put(NewestManifest, Encoding.UTF8.GetBytes(manifest.Replace("\"schema\": 1", "\"schema\": 2")));
                break;
            case "another step's manifest":
                disk.Put(NewestManifest, disk.Bytes("/run/checkpoints/step-10/manifest.json"));
                break;
            default:
                disk.Put(NewestManifest, Encoding.UTF8.GetBytes(manifest.Replace("b.txt", "../step-10/a.txt")));
                break;
        }
    }
}
