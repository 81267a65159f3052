namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>Bytes, and a start token of id 256.</summary>
internal sealed class StartedBytes : ITokenizer
{
    private readonly ByteTokenizer _bytes = new();

    public int Vocabulary => 257;

    public int? Bos => 256;

    public string Hash => "started bytes";

    public string Name => Hash;

    public IReadOnlyList<TokenizerFile> Files => [];

    public int[] Encode(string text) => _bytes.Encode(text);

    public string Decode(ReadOnlySpan<int> ids) => _bytes.Decode([.. ids.ToArray().Where(id => id != 256)]);
}
