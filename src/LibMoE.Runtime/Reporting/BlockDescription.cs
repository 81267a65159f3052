using System.Globalization;
using LibMoE.Runtime.Models;

namespace LibMoE.Runtime.Reporting;

/// <summary>What the blocks of a model whose layers differ have and cost, one line for each kind of block.</summary>
internal static class BlockDescription
{
    /// <summary>Which blocks, and their FFN's parameters and FLOPs.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="declared">What says which block has which layer.</param>
    public static IEnumerable<(string Blocks, string What)> Of(ModelConfig model, MoeDeclaration declared)
    {
        var mixtures = ModelCost.Of(model, declared).ToList();
        foreach (var layer in mixtures.GroupBy(mixture => mixture.Declaration))
        {
            var (_, declaration, shape) = layer.First();
            yield return (Blocks([.. layer.Select(mixture => mixture.Block)]),
                $"{declaration.Name}: {Exact(declaration.TotalParameters(shape))} parameters, "
                + $"{Exact(declaration.ActiveParameters(shape))} active, {Exact(declaration.FlopsPerToken(shape))} FLOPs for a token");
        }

        var dense = Enumerable.Range(0, model.Layers).Except(mixtures.Select(mixture => mixture.Block)).ToList();
        if (dense.Count > 0)
        {
            var table = FeedForwardShape.Of(model).Table("").ToList();
            yield return (Blocks(dense),
                $"dense {model.Activation}: {Exact(table.Sum(spec => spec.Count))} parameters, "
                + $"{Exact(2 * table.Where(spec => spec.Shape.Length == 2).Sum(spec => spec.Count))} FLOPs for a token");
        }
    }

    /// <summary>Numbers that follow each other as a range: 0-2, 5.</summary>
    private static string Blocks(List<int> numbers)
    {
        var ranges = numbers.Select((number, index) => (number, Run: number - index)).GroupBy(entry => entry.Run, entry => entry.number)
            .Select(run => new BlockRange(run.First(), run.Last()));
        return $"{(numbers.Count == 1 ? "block" : "blocks")} {string.Join(", ", ranges)}";
    }

    private static string Exact(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
