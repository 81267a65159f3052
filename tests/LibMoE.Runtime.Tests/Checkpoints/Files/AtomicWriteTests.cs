namespace LibMoE.Runtime.Tests.Checkpoints.Files;

public class AtomicWriteTests
{
    private const string Name = "/file";

    [Fact]
    public void A_power_cut_at_any_step_leaves_the_old_file_or_the_new_one()
    {
        var disk = WithOldFile();
        var states = 0;
        disk.Changed = () => states += CheckStates(disk, "old", "new");
        disk.WriteAtomically(Name, "new"u8.ToArray());

        CheckStates(disk, "new");
        Assert.True(states > 10, $"only {states} states were looked at");
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Without_its_syncs_the_same_write_loses_the_file(bool keepsFileSyncs, bool keepsFolderSyncs)
    {
        var disk = WithOldFile();
        var found = new HashSet<string>();
        var files = new ForgetfulFiles(disk, keepsFileSyncs, keepsFolderSyncs);
        disk.Changed = () => found.UnionWith(Contents(disk));
        files.WriteAtomically(Name, "new"u8.ToArray());

        Assert.True(keepsFileSyncs ? Contents(disk).Contains("old") : found.Contains(""));
    }

    private static ModelDisk WithOldFile()
    {
        var disk = new ModelDisk();
        disk.Put(Name, "old"u8.ToArray());
        return disk;
    }

    private static int CheckStates(ModelDisk disk, params string[] allowed)
    {
        var contents = Contents(disk);
        Assert.All(contents, state => Assert.Contains(state, allowed));
        return contents.Count;
    }

    private static List<string> Contents(ModelDisk disk) =>
        [.. disk.PowerCuts().Select(cut => System.Text.Encoding.ASCII.GetString(cut.Bytes(Name)))];
}
