using System.Text;
using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Data.Sources;

/// <summary>Reads a file as UTF-8 text in blocks, so that no file, however it is compressed, takes more memory than a block.</summary>
internal sealed class CharacterStream(CorpusFile file) : IDisposable
{
    private const int BlockBytes = 1 << 16;

    private readonly Stream _stream = file.Open();
    private readonly Decoder _decoder = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetDecoder();
    private readonly byte[] _bytes = new byte[BlockBytes];
    private readonly char[] _characters = new char[BlockBytes + 1];
    private long _position;
    private long _lines;
    private bool _ended;

    /// <summary>The next characters, which stay until the next call; empty at the end.</summary>
    /// <exception cref="ConfigurationException">The file is not text, or is damaged.</exception>
    public ReadOnlySpan<char> Next()
    {
        while (!_ended)
        {
            var first = _position == 0;
            var count = Fill();
            _ended = count == 0;
            var characters = Decode(_bytes.AsSpan(0, count));
            _position += count;
            _lines += characters.Count('\n');
            characters = first ? characters.TrimStart('\uFEFF') : characters;
            if (characters.Length > 0)
            {
                return characters;
            }
        }

        return default;
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private int Fill()
    {
        try
        {
            return _stream.Read(_bytes, 0, BlockBytes);
        }
        catch (Exception error)
        {
            throw file.Fault(_lines + 1, $"is damaged or cut short ({MessageText.Reason(error)})");
        }
    }

    private ReadOnlySpan<char> Decode(ReadOnlySpan<byte> bytes)
    {
        var zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
        {
            throw NotText(bytes[..zero], $"it has a zero byte at {_position + zero}; it takes UTF-8 text");
        }

        try
        {
            return _characters.AsSpan(0, _decoder.GetChars(bytes, _characters, flush: _ended));
        }
        catch (DecoderFallbackException error)
        {
            throw NotText(bytes[..Math.Clamp(error.Index, 0, bytes.Length)], $"it is not UTF-8 at byte {_position + error.Index}");
        }
    }

    private ConfigurationException NotText(ReadOnlySpan<byte> before, string problem) =>
        file.Fault(_lines + before.Count((byte)'\n') + 1, $"is not text: {problem}");
}
