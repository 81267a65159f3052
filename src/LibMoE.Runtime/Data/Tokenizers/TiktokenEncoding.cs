using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Tokenizers;

namespace LibMoE.Runtime;

/// <summary>A published encoding of tiktoken, whose pieces come with this program. Letters above U+FFFF (such as 𝐀 or rare Han characters)
/// are cut from their neighbours as signs are, so that ids may differ from OpenAI's there; no text is lost.</summary>
public sealed class TiktokenEncoding : ITokenizer
{
    private static readonly EncodingRow[] s_rows =
    [
        new("gpt2", 50257, () => TiktokenTokenizer.CreateForModel("gpt2")),
        new("cl100k_base", 100277, () => TiktokenTokenizer.CreateForEncoding("cl100k_base")),
        new("o200k_base", 200019, () => TiktokenTokenizer.CreateForEncoding("o200k_base")),
    ];

    private readonly TiktokenTokenizer _tokenizer;

    private TiktokenEncoding(EncodingRow row)
    {
        (Name, Vocabulary, _tokenizer) = (row.Name, row.Vocabulary, row.Make());
        Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"tiktoken {row.Name}, version 1")));
    }

    /// <summary>The encodings that there are.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_rows.Select(row => row.Name)];

    /// <summary>V: the highest id and one. Ids that the encoding leaves free count, as an embedding has a row for each.</summary>
    public int Vocabulary { get; }

    /// <inheritdoc />
    public int? Bos => null;

    /// <inheritdoc />
    public string Hash { get; }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IReadOnlyList<TokenizerFile> Files => [];

    /// <summary>Makes an encoding.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static TiktokenEncoding Create(string name) => new(s_rows.Single(row => row.Name == name));

    /// <inheritdoc />
    public int[] Encode(string text) => [.. _tokenizer.EncodeToIds(text)];

    /// <inheritdoc />
    public string Decode(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)id, (uint)Vocabulary, nameof(ids));
        }

        return _tokenizer.Decode(ids.ToArray()) ?? "";
    }

    private sealed record EncodingRow(string Name, int Vocabulary, Func<TiktokenTokenizer> Make);
}
