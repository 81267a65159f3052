namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>The first, second, … n-th call to the disk fails, until no call is left to fail.</summary>
public class FailingCallTests
{
    [Theory]
    [InlineData(Fault.DeviceError)]
    [InlineData(Fault.DiskFull)]
    [InlineData(Fault.PermissionDenied)]
    [InlineData(Fault.ShortWrite)]
    public void A_save_either_says_that_it_failed_or_is_whole_and_what_was_saved_before_stays(Fault fault)
    {
        var (call, refused) = (0, 0);
        for (var failed = true; failed;)
        {
            var disk = Saves.Disk();
            Saves.Save(disk, 1);
            Saves.Save(disk, 2);
            var files = new FailingFiles(disk, ++call, fault);

            var error = Record.Exception(() => SaveAndKeep(files));

            var newest = Saves.Search(disk).Newest!;
            Assert.True(Saves.IsTrue(disk, newest), $"{fault} at call {call}");
            Assert.InRange(newest.Step, error is null ? 3 : 2, 3);
            Assert.True(error is null or StorageException, $"{fault} at call {call}: {error}");
            refused += error is null ? 0 : 1;
            failed = files.Failed;
            Saves.Save(disk, 4);
            Assert.Equal(4, Saves.Search(disk).Newest!.Step);
        }

        Assert.True(call > 30, $"a save made {call} calls");
        Assert.True(refused >= (fault == Fault.ShortWrite ? 3 : call - 3), $"{refused} of {call} calls were noticed");
    }

    private static void SaveAndKeep(IRunFiles files)
    {
        Saves.Save(files, 3);
        new CheckpointStore(files, Saves.Folder).Keep(last: 1);
    }
}
