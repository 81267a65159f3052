using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Tests.Files;

/// <summary>An audit log shows every change of what was written.</summary>
public sealed class AuditLogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("libmoe-audit-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "audit.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_was_written_is_read_back_with_who_when_and_why()
    {
        var before = DateTimeOffset.UtcNow;
        Write("alice", "bob");

        var found = AuditLog.Verify(Path);

        Assert.Null(found.Problem);
        Assert.Equal([1, 2], found.Entries.Select(entry => entry.Number));
        Assert.Equal(["alice", "bob"], found.Entries.Select(entry => entry.Who));
        Assert.All(found.Entries, entry => Assert.InRange(entry.Time, before, DateTimeOffset.UtcNow));
        Assert.All(found.Entries, entry => Assert.Equal(("veto", "said so, ü \"quoted\""), (entry.Action, entry.Reason)));
        Assert.Equal("1:3", found.Entries[0].Details["experts"]);
    }

    [Fact]
    public void A_lines_hash_is_that_of_its_bytes_before_the_hash_and_names_the_line_before()
    {
        Write("alice", "bob");
        var lines = File.ReadAllLines(Path);

        var hashes = lines.Select(line => Convert.ToHexStringLower(
            SHA256.HashData(Encoding.UTF8.GetBytes(line[..line.LastIndexOf(",\"hash\":", StringComparison.Ordinal)])))).ToList();

        Assert.All(lines.Zip(hashes), pair => Assert.EndsWith($",\"hash\":\"{pair.Second}\"}}", pair.First, StringComparison.Ordinal));
        Assert.Contains($"\"previous\":\"{new string('0', 64)}\"", lines[0], StringComparison.Ordinal);
        Assert.Contains($"\"previous\":\"{hashes[0]}\"", lines[1], StringComparison.Ordinal);
        Assert.Equal(hashes[1], AuditLog.Verify(Path).Head);
    }

    [Fact]
    public void Every_change_of_one_byte_shows()
    {
        Write("alice", "bob");
        var bytes = File.ReadAllBytes(Path);
        for (var place = 0; place < bytes.Length; place++)
        {
            var changed = bytes.ToArray();
            changed[place] ^= 1;
            File.WriteAllBytes(Path, changed);

            Assert.NotNull(AuditLog.Verify(Path).Problem);
        }
    }

    [Fact]
    public void A_line_that_was_taken_out_put_in_or_moved_shows()
    {
        Write("alice", "bob", "carol");
        var lines = File.ReadAllLines(Path);

        Assert.StartsWith($"{Path} is not whole: line 1 does not follow the line before it", Of(lines[1..]), StringComparison.Ordinal);
        Assert.StartsWith($"{Path} is not whole: line 2 does not follow", Of([lines[0], lines[2]]), StringComparison.Ordinal);
        Assert.StartsWith($"{Path} is not whole: line 2 does not follow", Of([lines[0], lines[0], lines[1]]), StringComparison.Ordinal);
        Assert.StartsWith($"{Path} is not whole: line 2 is not a whole entry", Of([lines[0], ""]), StringComparison.Ordinal);
        Assert.Null(Of(lines));

        string? Of(string[] kept)
        {
            File.WriteAllText(Path, string.Concat(kept.Select(line => line + "\n")));
            return AuditLog.Verify(Path).Problem;
        }
    }

    [Fact]
    public void A_log_that_was_cut_off_or_written_anew_shows_against_a_hash_that_was_noted()
    {
        Write("alice", "bob");
        var head = AuditLog.Verify(Path).Head;
        File.WriteAllText(Path, File.ReadAllLines(Path)[0] + "\n");

        var cut = AuditLog.Verify(Path);
        File.Delete(Path);
        Write("mallory", "bob");
        var anew = AuditLog.Verify(Path);

        Assert.Null(cut.Problem);
        Assert.False(cut.Contains(head));
        Assert.Null(anew.Problem);
        Assert.False(anew.Contains(head));
        Assert.True(anew.Contains(anew.Head));
    }

    [Fact]
    public void A_log_goes_on_where_it_ended_and_not_behind_a_torn_line()
    {
        Write("alice");
        Write("bob");
        Assert.Equal(2, AuditLog.Verify(Path).Entries.Count);

        File.AppendAllText(Path, "{\"number\":3");
        var torn = Assert.Throws<ConfigurationException>(() => AuditLog.Open(Path));

        Assert.StartsWith($"{Path} is not whole: line 3, its last, has no end.", torn.Message, StringComparison.Ordinal);
        Assert.EndsWith("keep the file as evidence, and name another.", torn.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_second_process_does_not_write_into_the_same_log()
    {
        using var log = AuditLog.Open(Path);

        var taken = Assert.Throws<ConfigurationException>(() => AuditLog.Open(Path));

        Assert.Contains("is open in another process", taken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Threads_that_write_at_once_leave_one_chain()
    {
        using (var log = AuditLog.Open(Path))
        {
            Parallel.For(0, 40, index => Append(log, $"thread {index}"));
        }

        var found = AuditLog.Verify(Path);
        Assert.Null(found.Problem);
        Assert.Equal(40, found.Entries.Select(entry => entry.Who).Distinct().Count());
    }

    private static void Append(AuditLog log, string who) =>
        log.Append(who, "veto", new Dictionary<string, string> { ["experts"] = "1:3" }, "said so, ü \"quoted\"");

    private void Write(params string[] who)
    {
        using var log = AuditLog.Open(Path);
        foreach (var name in who)
        {
            Append(log, name);
        }
    }
}
