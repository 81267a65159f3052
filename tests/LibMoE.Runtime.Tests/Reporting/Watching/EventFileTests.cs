using System.Buffers.Binary;
using LibMoE.Runtime.Reporting.Watching;
using LibMoE.Runtime.Studies;
using Tensorboard;

namespace LibMoE.Runtime.Tests.Reporting.Watching;

public sealed class EventFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, 250, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-events-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_checksum_of_this_test_is_Castagnolis() =>
        Assert.Equal(0xE3069283u, Crc32C("123456789"u8)); // The check value of CRC-32/ISCSI.

    [Fact]
    public void The_file_is_a_stream_of_checked_records_that_begins_with_its_version()
    {
        using (var file = new EventFile(_folder.FullName, new Clock()))
        {
            file.Write(10, [("loss/train", 2.5), ("load/cv", null)]);
        }

        var path = Assert.Single(_folder.GetFiles());
        Assert.StartsWith("events.out.tfevents.1795608000.", path.Name, StringComparison.Ordinal);
        var events = Read(path.FullName);
        Assert.Equal("brain.Event:2", events[0].FileVersion);
        Assert.Equal(2, events.Count);
        Assert.Equal((10L, 1795608000.25), (events[1].Step, events[1].WallTime));
        var value = Assert.Single(events[1].Summary.Value);
        Assert.Equal(("loss/train", 2.5f), (value.Tag, value.SimpleValue));
    }

    [Fact]
    public void A_record_is_on_disk_as_soon_as_it_is_written()
    {
        using var file = new EventFile(_folder.FullName, new Clock());
        file.Write(1, [("a", 1)]);

        Assert.Equal(2, Read(Assert.Single(_folder.GetFiles()).FullName).Count);
    }

    [Fact]
    public void Training_is_drawn_block_by_block()
    {
        var cell = StudyFolder.Create(new LibMoE.Runtime.RunOptions { Folder = _folder.FullName }, "one").Cell("Smoe", 0);
        var block = new BlockProgress([6, 0, 1, 1], new Dictionary<string, double> { ["SwitchBalance"] = 0.02 });
        using (var log = new TensorBoardLog(cell, [0], new Clock()))
        {
            log.Report(new TrainingProgress(5, 10, 2, 0.02, 1e-3, 1000, 1.1, 1, TimeSpan.FromSeconds(1), [block]));
            log.Finish(Run.Of("Smoe", 0, [1.5]));
        }

        var scalars = Read(Directory.GetFiles(cell.Path).Single())
            .SelectMany(message => message.Summary?.Value.Select(value => (message.Step, value.Tag, value.SimpleValue)) ?? [])
            .ToList();
        Assert.Contains((5, "loss/train", 2f), scalars);
        Assert.Contains((5, "load/block-0/max_over_mean", 3f), scalars);
        Assert.Contains((5, "load/block-0/dead", 1f), scalars);
        Assert.Contains((5, "balance/block-0/SwitchBalance", 0.02f), scalars);
        Assert.Contains((600, "loss/validation", 1.5f), scalars);
    }

    /// <summary>Reads as TensorBoard does: a record whose checksums are wrong ends the file.</summary>
    internal static List<Event> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new BinaryReader(file);
        var events = new List<Event>();
        while (file.Position < file.Length)
        {
            var length = reader.ReadBytes(8);
            Assert.Equal(Masked(Crc32C(length)), reader.ReadUInt32());
            var message = reader.ReadBytes((int)BinaryPrimitives.ReadUInt64LittleEndian(length));
            Assert.Equal(Masked(Crc32C(message)), reader.ReadUInt32());
            events.Add(Event.Parser.ParseFrom(message));
        }

        return events;
    }

    private static uint Masked(uint crc) => ((crc >> 15) | (crc << 17)) + 0xa282ead8u;

    /// <summary>Bit by bit, with the reflected polynomial 0x82F63B78.</summary>
    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
            }
        }

        return ~crc;
    }

    private sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
