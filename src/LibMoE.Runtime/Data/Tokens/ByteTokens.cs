namespace LibMoE.Runtime;

/// <summary>Text as bytes: each byte of its UTF-8 form is a token, 0 to 255.</summary>
/// <param name="bytes">The text's UTF-8 form.</param>
public sealed class ByteTokens(byte[] bytes) : ITokens
{
    /// <inheritdoc />
    public long Count => bytes.LongLength;

    /// <inheritdoc />
    public void CopyTo(long start, Span<long> destination)
    {
        var source = bytes.AsSpan((int)start, destination.Length);
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = source[i];
        }
    }
}
