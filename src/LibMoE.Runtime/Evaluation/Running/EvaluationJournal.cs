using System.Text;
using System.Text.Json;

namespace LibMoE.Runtime.Evaluation.Running;

/// <summary>
/// The batches of an evaluation that are done, one line each after a line with the key, written when each ends: a killed evaluation that
/// starts again repeats only the batch that it was in. Half a line at the end, which a power cut may leave, is cut off.
/// </summary>
internal sealed class EvaluationJournal : IDisposable
{
    private readonly IRunFiles _files;
    private readonly string _path;
    private readonly IDisposable _lock;
    private readonly IRunFile _file;
    private long _length;

    private EvaluationJournal(IRunFiles files, string path, IDisposable held, IRunFile file) =>
        (_files, _path, _lock, _file) = (files, path, held, file);

    /// <summary>The scores of the batches that were done before, by number.</summary>
    public Dictionary<int, IReadOnlyList<SequenceScore>> Done { get; } = [];

    /// <summary>Opens or starts a journal.</summary>
    /// <param name="files">The file system.</param>
    /// <param name="path">The journal.</param>
    /// <param name="key">What is evaluated; a journal of anything else is started over.</param>
    /// <exception cref="StorageException">Another process holds it, or it cannot be written.</exception>
    public static EvaluationJournal Open(IRunFiles files, string path, string key)
    {
        var held = files.TryLock(path + ".lock")
            ?? throw new StorageException(
                path, StorageCause.InUse, $"{path} is in use: another process evaluates the same; wait until it ends");
        try
        {
            var found = files.Find(path) is not null;
            var journal = new EvaluationJournal(files, path, held, found ? files.OpenWrite(path) : files.Create(path));
            journal.Recover(JsonSerializer.Serialize(key));
            return journal;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Notes a batch that is done.</summary>
    public void Append(int batch, IReadOnlyList<SequenceScore> scores)
    {
        Write(JsonSerializer.Serialize(new Line(
            batch,
            [.. scores.Select(score => score.LogLikelihood)],
            [.. scores.Select(score => score.Greedy)],
            scores.Any(score => score.Text is not null) ? [.. scores.Select(score => score.Text)] : null)));
    }

    /// <summary>Deletes the journal, whose outcome is kept elsewhere by now.</summary>
    public void Delete()
    {
        _file.Dispose();
        _files.DeleteFile(_path);
        _files.DeleteFile(_path + ".lock");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private void Recover(string key)
    {
        var bytes = new byte[_file.Length];
        var text = bytes.AsSpan(0, _file.Read(0, bytes));
        var first = true;
        while (text.IndexOf((byte)'\n') is var end && end >= 0)
        {
            if (first ? !text[..end].SequenceEqual(Encoding.UTF8.GetBytes(key)) : !TryRead(text[..end]))
            {
                break;
            }

            first = false;
            _length += end + 1;
            text = text[(end + 1)..];
        }

        _file.SetLength(_length);
        if (first)
        {
            Write(key);
        }
    }

    private bool TryRead(ReadOnlySpan<byte> text)
    {
        try
        {
            var line = JsonSerializer.Deserialize<Line>(text)!;
            Done[line.Batch] = [.. line.Ll.Select((value, index) => new SequenceScore(value, line.Greedy[index], line.Text?[index]))];
            return true;
        }
        catch (Exception torn) when (torn is JsonException or IndexOutOfRangeException or ArgumentNullException or NullReferenceException)
        {
            return false;
        }
    }

    private void Write(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        _file.Write(_length, bytes);
        _length += bytes.Length;
    }

    private sealed record Line(int Batch, double[] Ll, bool[] Greedy, string?[]? Text);
}
