using System.IO.Compression;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Search;

/// <summary>Handwritten digits of UCI, 8 by 8 pixels, as scikit-learn has them; the last third is held out.</summary>
internal static class Digits
{
    public static ClassifierData Load()
    {
        const string Url = "https://raw.githubusercontent.com/scikit-learn/scikit-learn/1.2.1/sklearn/datasets/data/digits.csv.gz";
        var path = new DataFiles().Require(
            [new("digits/digits.csv.gz") { Url = Url, Sha256 = "46abec6b12486ad9e51943373abcf22bbea1b5a51a1619b361570d8893f1464a" }],
            $"download {Url}");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        List<int[]> rows = [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(',').Select(int.Parse).ToArray())];
        return new ClassifierData(
            "UCI digits", [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")], Part(rows[..1198]), Part(rows[1198..]));
    }

    private static LabelledRows Part(List<int[]> rows) => new(
        [.. rows.SelectMany(row => row[..64]).Select(pixel => pixel / 8f - 1)], [64], [.. rows.Select(row => row[64])]);
}

/// <summary>An image through one block.</summary>
internal sealed class DigitNet : nn.Module<Tensor, MoeContext, (Tensor Logits, IReadOnlyList<Routing> Routings)>
{
    private const int Width = 32;

    private readonly Linear embed = nn.Linear(64, Width), head = nn.Linear(Width, 10);
    private readonly FeedForward ffn;

    public DigitNet(LearnerSetup setup)
        : base(nameof(DigitNet))
    {
        ffn = setup.FeedForward(Width, prefix: "ffn.");
        RegisterComponents();
    }

    public override (Tensor Logits, IReadOnlyList<Routing> Routings) forward(Tensor x_NF, MoeContext context)
    {
        var h_ND = embed.forward(x_NF).relu();
        var (mixed_ND, routing) = ffn.forward(h_ND, context);
        return (head.forward(h_ND.Plus(mixed_ND)), routing is null ? [] : [routing]);
    }
}
