using LibMoE.Runtime.Tests.Checkpoints.Files;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>
/// After every change of the disk during a save, every state that a power cut may leave: what was reported as saved must be found again.
/// </summary>
public class PowerCutTests
{
    [Fact]
    public void No_power_cut_loses_what_was_saved()
    {
        var (states, bad) = Enumerate(disk => disk);

        Assert.Equal([], bad);
        Assert.True(states >= 100, $"only {states} states were looked at");
    }

    /// <summary>The enumeration is worth what it can find: a protocol without one kind of sync has states without a checkpoint.</summary>
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void Without_syncs_of_files_or_folders_it_does(bool keepsFileSyncs, bool keepsFolderSyncs)
    {
        var (_, bad) = Enumerate(disk => new ForgetfulFiles(disk, keepsFileSyncs, keepsFolderSyncs), onlyFirst: true);

        Assert.NotEmpty(bad);
    }

    [Fact]
    public void A_save_after_a_power_cut_sweeps_up_and_succeeds()
    {
        var cuts = new List<ModelDisk>();
        var disk = Saves.Disk();
        Saves.Save(disk, 1);
        disk.Changed = () => cuts.AddRange(disk.PowerCuts());
        Saves.Save(disk, 2);
        new CheckpointStore(disk, Saves.Folder).Keep(last: 1);

        foreach (var cut in cuts.DistinctBy(cut => cut.Fingerprint()))
        {
            Saves.Save(cut, 2);
            Saves.Save(cut, 3);
            new CheckpointStore(cut, Saves.Folder).Keep(last: 1);

            Assert.Equal(["step-3"], cut.List(Saves.Folder).Select(entry => entry.Name));
            Assert.True(Saves.IsTrue(cut, Saves.Search(cut).Newest!));
        }
    }

    /// <summary>Three saves, of which the newest one and the best, the first, are kept.</summary>
    private static (int States, List<string> Bad) Enumerate(Func<ModelDisk, IRunFiles> through, bool onlyFirst = false)
    {
        var disk = Saves.Disk();
        var files = through(disk);
        var (saved, change) = (0L, 0);
        var seen = new HashSet<(string, long)>();
        var bad = new List<string>();
        disk.Changed = () =>
        {
            change++;
            foreach (var cut in disk.PowerCuts().TakeWhile(_ => !onlyFirst || bad.Count == 0))
            {
                if (seen.Add((cut.Fingerprint(), saved)))
                {
                    var found = cut.Find(Saves.Folder) is null ? new CheckpointSearch(null, []) : Saves.Search(cut);
                    if ((found.Newest?.Step ?? 0) < saved
                        || found.Damaged.Count > 0 || (found.Newest is { } newest && !Saves.IsTrue(cut, newest)))
                    {
                        bad.Add($"after change {change}, with step {saved} saved: step {found.Newest?.Step}, damaged: "
                            + $"{string.Join(' ', found.Damaged)}");
                    }
                }
            }
        };
        foreach (var step in new[] { 1, 2, 3 })
        {
            Saves.Save(files, step);
            saved = step;
            new CheckpointStore(files, Saves.Folder).Keep(last: 1, also: 1);
        }

        return (seen.Count, bad);
    }
}
