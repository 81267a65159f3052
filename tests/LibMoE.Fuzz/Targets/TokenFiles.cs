using LibMoE.Runtime;
using LibMoE.Runtime.Data.Tokens;

namespace LibMoE.Fuzz.Targets;

/// <summary>Files of token ids, which a cache folder may hold damaged.</summary>
internal static class TokenFiles
{
    private static readonly ByteTokenizer Tokenizer = new();

    public static IEnumerable<byte[]> Seeds()
    {
        var path = Scratch.Write("seed.tokens", []);
        TokenFile.Write(DiskFiles.Instance, path, [new Document("a", "Once upon a time"), new Document("b", "the end")], Tokenizer);
        yield return File.ReadAllBytes(path);
    }

    /// <summary>Checks a file; the digest lets only the file pass that was written.</summary>
    public static void Read(byte[] bytes)
    {
        var path = Scratch.Write("input.tokens", bytes);
        var file = TokenFile.Check(DiskFiles.Instance, path, Tokenizer.Vocabulary);
        var tokens = new MappedTokens(path, file.Count, file.Width);
        tokens.CopyTo(0, new long[tokens.Count]);
        if (!bytes.AsSpan().SequenceEqual(Seeds().Single()))
        {
            throw new InvalidDataException("a changed token file is accepted");
        }
    }
}
