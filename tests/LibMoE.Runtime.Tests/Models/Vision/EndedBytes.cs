namespace LibMoE.Runtime.Tests.Models.Vision;

/// <summary>Bytes with an end token of id 256.</summary>
internal sealed class EndedBytes : ITokenizer
{
    private readonly ByteTokenizer _bytes = new();

    public int Vocabulary => 257;

    public int? Bos => null;

    public int? Eos => 256;

    public string Hash => "ended bytes";

    public string Name => Hash;

    public IReadOnlyList<TokenizerFile> Files => [];

    public int[] Encode(string text) => _bytes.Encode(text);

    public string Decode(ReadOnlySpan<int> ids) => _bytes.Decode([.. ids.ToArray().Where(id => id != 256)]);
}
