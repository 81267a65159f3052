using LibMoE.Runtime.Checkpoints.Safetensors;
using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Checkpoints.Store;

namespace LibMoE.Runtime.Tests.Training.Resuming;

/// <summary>Checkpoints whose tensors are split into shards: the same numbers, the same safety.</summary>
public sealed class ShardedCheckpointTests
{
    private const int ShardBytes = 4096;
    private static readonly string[] Kinds = [Checkpoint.ModelFile, Checkpoint.AverageFile, Checkpoint.OptimizerFile];

    [Fact]
    public void A_run_whose_tensors_are_many_bytes_writes_shards_of_at_most_so_many_and_the_same_tensors()
    {
        var (one, many) = (Saves.Disk(), Saves.Disk());
        Train(one, long.MaxValue);
        Train(many, ShardBytes);

        var (whole, sharded) = (Saves.Search(one).Newest!, Saves.Search(many).Newest!);
        Assert.All(Kinds, kind =>
        {
            using var expected = whole.Open(kind);
            using var actual = sharded.Open(kind);
            var files = sharded.Files.Where(file => ModelFiles.IsPartOf(kind, file.Name)).ToList();
            Assert.DoesNotContain(sharded.Files, file => file.Name == kind);
            Assert.Contains(files, file => file.Name == kind + ".index.json");
            Assert.True(files.Count > 3, $"{kind} has {files.Count} files");
            Assert.Equal(expected.Tensors.Select(layout => layout.Name).Order(), actual.Tensors.Select(layout => layout.Name).Order());
            Assert.All(expected.Tensors, layout => Assert.Equal(Bytes(expected, layout), Bytes(actual, layout)));
        });
        Assert.NotEqual(sharded.ModelSha256, new CheckpointStore(many, Saves.Folder).Open(11).ModelSha256);
    }

    [Fact]
    public void A_run_goes_on_from_shards_bit_for_bit_with_shards_of_another_size()
    {
        var (whole, rest) = (Saves.Disk(), Saves.Disk());
        Train(whole, long.MaxValue);
        var sharded = Saves.Disk();
        Train(sharded, ShardBytes);

        Train(rest, long.MaxValue, new CheckpointStore(sharded, Saves.Folder).Open(5));

        ResumeTests.AssertSame(whole, rest, step: 12);
    }

    [Fact]
    public void A_missing_shard_makes_a_checkpoint_damaged_and_the_one_before_is_taken()
    {
        var disk = Saves.Disk();
        Train(disk, ShardBytes);
        var newest = Saves.Search(disk).Newest!;
        disk.DeleteFile($"{newest.Path}/{newest.Files.First(file => ModelFiles.IsPartOf(Checkpoint.OptimizerFile, file.Name)).Name}");

        var search = Saves.Search(disk);

        Assert.Equal(11, search.Newest!.Step);
        Assert.Contains("optimizer-00001-of-", Assert.Single(search.Damaged), StringComparison.Ordinal);
    }

    [Fact]
    public void No_power_cut_while_shards_are_written_loses_what_was_saved()
    {
        var disk = Saves.Disk();
        var (saved, states) = (0L, 0);
        disk.Changed = () =>
        {
            foreach (var cut in disk.PowerCuts())
            {
                states++;
                var newest = Saves.Search(cut).Newest;
                Assert.True((newest?.Step ?? 0) >= saved);
                if (newest is not null)
                {
                    using var tensors = newest.OpenModel();
                    Assert.All(tensors.Tensors, layout => Assert.Equal(newest.Step, Bytes(tensors, layout)[0]));
                }
            }
        };
        for (var step = 1; step <= 3; step++)
        {
            new CheckpointStore(disk, Saves.Folder)
                .Save(step, files => files.WriteTensors(Checkpoint.ModelFile, Tensors((byte)step), shardBytes: 4));
            saved = step;
            new CheckpointStore(disk, Saves.Folder).Keep(last: 1);
        }

        Assert.Equal(3 + 1, Saves.Search(disk).Newest!.Files.Count);
        Assert.True(states > 100, $"only {states} states were looked at");
    }

    private static TensorPayload[] Tensors(byte value) =>
        [.. new[] { "a", "b", "c", "d", "e", "f" }.Select(name => TensorPayload.Of(
            new TensorLayout(name, SafetensorsDType.Of(TorchSharp.torch.ScalarType.Byte), [2]), new byte[] { value, value }))];

    private static byte[] Bytes(ITensorSource source, TensorLayout layout)
    {
        var bytes = new byte[layout.Bytes];
        source.ReadBytes(layout.Name, 0, bytes);
        return bytes;
    }

    private static void Train(ModelDisk disk, long shardBytes, Checkpoint? resume = null)
    {
        using var model = ResumeRuns.Create();
        var config = ResumeRuns.Config with { CheckpointEvery = 1, KeepLast = 12, ShardBytes = shardBytes };
        Trainer.Train(model, ResumeRuns.Corpus, config, new TrainingStorage(disk, "/run") { Resume = resume });
    }
}
