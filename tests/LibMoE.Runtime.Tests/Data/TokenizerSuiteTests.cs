using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers;

namespace LibMoE.Runtime.Tests.Data;

/// <summary>Ids that Hugging Face's own library and SentencePiece give to 46 texts that trip tokenizers, and 2,000 random ones
/// of every plane.</summary>
public sealed class TokenizerSuiteTests
{
    private const int Seed = 2026;
    private const int RandomCount = 2_000;

    public static TheoryData<string> Families => [.. Json("expected.json").AsObject().Select(family => family.Key)];

    [Theory]
    [MemberData(nameof(Families))]
    public void Texts_get_the_ids_of_the_independent_implementation(string family)
    {
        var (expected, tokenizer) = (Json("expected.json")[family]!, Load(family));
        var vectors = Json("vectors.json").AsArray().Select(text => text!.GetValue<string>()).ToList();

        Assert.Equal(46, vectors.Count);
        Assert.Equal(expected["vectors"]!.AsArray().Select(ids => ids!.GetValue<string>()), vectors.Select(text => Ids(tokenizer, text)));

        var random = string.Join('\n', new RandomTexts(Seed).Draw(RandomCount).Select(text => Ids(tokenizer, text)));
        Assert.Equal(expected["random"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(random))));
    }

    [Fact]
    public void Random_texts_are_of_every_plane_that_has_characters() =>
        Assert.Equal(
            [0, 1, 2, 3, 14, 15, 16],
            new RandomTexts(Seed)
                .Draw(RandomCount).SelectMany(text => text.EnumerateRunes()).Select(rune => rune.Plane).Distinct().Order());

    [Theory]
    [InlineData("gpt-2")]
    [InlineData("llama-bpe")]
    [InlineData("deepseek")]
    [InlineData("starcoder")]
    [InlineData("falcon")]
    [InlineData("gpt-4o")]
    [InlineData("llama-prepend")]
    [InlineData("llama-spm")]
    public void Every_text_comes_back(string family)
    {
        var tokenizer = Load(family);

        Assert.All(
            Json("vectors.json").AsArray().Select(text => text!.GetValue<string>()).Concat(new RandomTexts(Seed).Draw(RandomCount)),
            text => Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text))));
    }

    private static string Ids(ITokenizer tokenizer, string text) => string.Join(' ', tokenizer.Encode(text));

    private static ITokenizer Load(string family) => family == "llama-spm"
        ? SentencePieceVocabulary.Parse("tokenizer.model", Bytes("llama-spm.model"))
        : TokenizerJson.Parse("tokenizer.json", File(family));

    /// <summary>The family's steps with a small vocabulary: the bytes and what merges make of them, or Llama's with
    /// scores for merges.</summary>
    private static byte[] File(string family)
    {
        var file = Json("families.json")[family]!.DeepClone().AsObject();
        if (family.StartsWith("llama-", StringComparison.Ordinal) && family != "llama-bpe")
        {
            file["model"] = Json("llama-model.json");
            return JsonSerializer.SerializeToUtf8Bytes(file);
        }

        // Byte letters in the order of their bytes, as expected.cjs numbers them.
        var merges = Encoding.UTF8.GetString(Bytes("merges.txt")).Trim().Split('\n');
        var pieces = Enumerable.Range(0, 256).Select(value => ByteLetters.Write([(byte)value]))
            .Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal))).Distinct();
        file["model"] = new JsonObject
        {
            ["type"] = "BPE",
            ["vocab"] = new JsonObject(pieces.Select((piece, id) => KeyValuePair.Create(piece, (JsonNode?)id))),
            ["merges"] = new JsonArray([.. merges.Select(merge => (JsonNode)merge)]),
        };
        return JsonSerializer.SerializeToUtf8Bytes(file);
    }

    private static JsonNode Json(string name) => JsonNode.Parse(Bytes(name))!;

    private static byte[] Bytes(string name)
    {
        using var stream = typeof(TokenizerSuiteTests).Assembly.GetManifestResourceStream($"suites/{name}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
