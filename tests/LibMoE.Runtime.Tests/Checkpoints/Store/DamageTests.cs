using LibMoE.Runtime.Tests.Checkpoints.Files;
using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Runtime.Tests.Checkpoints.Store;

/// <summary>Whatever is damaged in a real checkpoint of a training run is noticed before a tensor of it is used.</summary>
public sealed class DamageTests : IDisposable
{
    private const int FlippedBits = 1000;
    private const int Page = 4096;

    private readonly ModelDisk _disk = Saves.Disk();
    private readonly Checkpoint _checkpoint;

    public DamageTests()
    {
        using var model = ResumeRuns.Create();
        Trainer.Train(model, ResumeRuns.Corpus, ResumeRuns.Config with { Steps = 2 }, new TrainingStorage(_disk, "/run"));
        _checkpoint = Saves.Search(_disk).Newest!;
    }

    public void Dispose() => _disk.Changed = null;

    [Fact]
    public void Every_byte_of_every_header_is_noticed()
    {
        foreach (var file in _checkpoint.Files)
        {
            var bytes = _disk.Bytes(PathOf(file.Name));
            var header = file.Name.EndsWith(".safetensors", StringComparison.Ordinal)
                ? 8 + BitConverter.ToInt64(bytes)
                : Math.Min(2000, bytes.Length);
            for (var i = 0; i < header; i++)
            {
                AssertNoticed(file.Name, Flipped(bytes, i, 1 << (i % 8)));
            }
        }
    }

    [Fact]
    public void A_thousand_bits_of_the_payload_are_noticed()
    {
        var random = new Random(7);
        foreach (var bit in Enumerable.Range(0, FlippedBits))
        {
            var file = _checkpoint.Files[bit % _checkpoint.Files.Count].Name;
            var bytes = _disk.Bytes(PathOf(file));
            AssertNoticed(file, Flipped(bytes, random.Next(bytes.Length), 1 << random.Next(8)));
        }
    }

    [Fact]
    public void Every_truncation_is_noticed()
    {
        foreach (var file in _checkpoint.Files)
        {
            var bytes = _disk.Bytes(PathOf(file.Name));
            for (var length = 0; length < bytes.Length; length += Page)
            {
                AssertNoticed(file.Name, bytes[..length]);
            }

            AssertNoticed(file.Name, bytes[..^1]);
            AssertNoticed(file.Name, [.. bytes, 0]);
        }
    }

    [Fact]
    public void Every_byte_of_the_manifest_is_noticed_or_means_the_same()
    {
        var bytes = _disk.Bytes(PathOf("manifest.json"));
        for (var i = 0; i < bytes.Length; i++)
        {
            _disk.Put(PathOf("manifest.json"), Flipped(bytes, i, 1));
            if (Saves.Search(_disk).Newest is { } whole)
            {
                Assert.Equal(_checkpoint.Files.Select(file => file.Sha256), whole.Files.Select(file => file.Sha256));
            }
        }
    }

    [Fact]
    public void A_whole_checkpoint_of_other_shapes_is_refused_by_name()
    {
        using var wider = LanguageModel.Create(
            ResumeRuns.Model with { Dim = 32 }, ResumeRuns.Variant, seed: 1, compute: TorchSharp.torch.ScalarType.BFloat16);

        var error = Assert.Throws<StorageException>(() => Trainer.Train(
            wider, ResumeRuns.Corpus, ResumeRuns.Config, new TrainingStorage(_disk, "/run") { Resume = _checkpoint }));

        Assert.StartsWith($"{PathOf("model.safetensors")} holds 'embedding.weight' F32 [256, 16]; expected was Float32 [256, 32]",
            error.Message.Replace('"', '\''), StringComparison.Ordinal);
    }

    private static byte[] Flipped(byte[] bytes, int at, int bit)
    {
        var flipped = (byte[])bytes.Clone();
        flipped[at] ^= (byte)bit;
        return flipped;
    }

    private void AssertNoticed(string file, byte[] bytes)
    {
        var whole = _disk.Bytes(PathOf(file));
        _disk.Put(PathOf(file), bytes);
        var found = Saves.Search(_disk);
        Assert.Null(found.Newest);
        Assert.StartsWith($"{PathOf(file)} is damaged: ", Assert.Single(found.Damaged), StringComparison.Ordinal);
        _disk.Put(PathOf(file), whole);
    }

    private string PathOf(string file) => $"{_checkpoint.Path}/{file}";
}
