using System.Text;

namespace LibMoE.Runtime.Rows;

/// <summary>Reads a file's lines: strict UTF-8, and none longer than <see cref="Longest"/>, so that no file can exhaust the
/// memory.</summary>
/// <param name="entry">The file.</param>
/// <param name="longest">How many bytes a line may have.</param>
internal sealed class DataLines(DataEntry entry, int longest = DataLines.Longest)
{
    /// <summary>8 MiB; the longest line of the known tasks is under 0.1 MiB.</summary>
    public const int Longest = 8 << 20;

    /// <summary>64 MiB: of a table that holds its images as base64, and of a whole file in one line.</summary>
    public const int LongestWithImages = 64 << 20;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private readonly byte[] _buffer = new byte[1 << 16];
    private byte[] _line = new byte[1 << 16];
    private int _length;
    private int _start;
    private int _end;

    /// <summary>The number of the line read last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Whether the line read last had a line break after it.</summary>
    public bool EndsInLineBreak { get; private set; }

    /// <summary>The next line without its end; null after the last. A line end at the very end starts no line.</summary>
    /// <exception cref="EvaluationDataException">It is too long, not UTF-8, or the file is damaged.</exception>
    public string? Next()
    {
        _length = 0;
        Number++;
        while (true)
        {
            if (_start == _end && !Fill())
            {
                EndsInLineBreak = _length == 0 && EndsInLineBreak;
                return _length > 0 ? Decode() : null;
            }

            var end = Array.IndexOf(_buffer, (byte)'\n', _start, _end - _start);
            var stop = end < 0 ? _end : end;
            Append(_buffer.AsSpan(_start, stop - _start));
            _start = end < 0 ? _end : end + 1;
            EndsInLineBreak = end >= 0;
            if (end >= 0)
            {
                return Decode();
            }
        }
    }

    /// <summary>All lines with their numbers.</summary>
    public IEnumerable<(long Number, string Text)> All()
    {
        while (Next() is { } text)
        {
            yield return (Number, text);
        }
    }

    /// <summary>A fault of the line read last.</summary>
    public EvaluationDataException Fault(string problem, Exception? cause = null) => new(entry.Name, Number, problem, cause);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > longest)
        {
            throw Fault($"the line is longer than {longest >> 20} MiB");
        }

        if (_length + bytes.Length > _line.Length)
        {
            Array.Resize(ref _line, (int)Math.Min(Math.Max(4L * _line.Length, _length + bytes.Length), longest));
        }

        bytes.CopyTo(_line.AsSpan(_length));
        _length += bytes.Length;
    }

    private bool Fill()
    {
        try
        {
            (_start, _end) = (0, entry.Content.Read(_buffer, 0, _buffer.Length));
            return _end > 0;
        }
        catch (Exception fault)
        {
            throw Fault($"the file is damaged or cut short ({fault.Message})", fault);
        }
    }

    private string Decode()
    {
        ReadOnlySpan<byte> bytes = _line.AsSpan(0, _length);
        bytes = bytes.EndsWith("\r"u8) ? bytes[..^1] : bytes;
        bytes = Number == 1 && bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException fault)
        {
            throw Fault("the line is not UTF-8", fault);
        }
    }
}
