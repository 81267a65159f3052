namespace LibMoE.Runtime.Tests.Evaluation.Reference;

/// <summary>
/// Scores of stories260K on the benchmarks themselves, item by item against <see cref="PlainLlama"/>: other arithmetic, other sequences,
/// other code.
/// </summary>
public sealed class ReferenceScorerTests
{
    /// <summary>In nats: of sums over up to 512 tokens, computed in float32.</summary>
    private const double Tolerance = 1e-3;

    [SkippableTheory]
    [InlineData("blimp", 67)]
    [InlineData("lambada", 30)]
    [InlineData("piqa", 25)]
    [InlineData("arc_easy", 20)]
    [InlineData("commonsense_qa", 25)]
    [InlineData("winogrande", 30)]
    [InlineData("copa", 30)]
    [InlineData("hellaswag", 8)]
    [InlineData("boolq", 8)]
    [InlineData("mmlu", 6)]
    public void Every_item_gets_the_reference_scorers_choice(string name, int items) => Compare(name, items);

    [SkippableTheory]
    [Trait("Category", "Campaign")]
    [InlineData("blimp")]
    [InlineData("lambada")]
    [InlineData("piqa")]
    [InlineData("arc_easy")]
    [InlineData("commonsense_qa")]
    [InlineData("winogrande")]
    [InlineData("copa")]
    [InlineData("hellaswag")]
    [InlineData("boolq")]
    [InlineData("mmlu")]
    public void Every_one_of_500_items_gets_the_reference_scorers_choice(string name) => Compare(name, 500);

    [SkippableFact]
    public void Running_text_gets_the_reference_scorers_bits_per_byte()
    {
        const string story =
            "Once upon a time, there was a little dog named Max. He liked to run in the park. One day, he saw a big red ball. ";
        using var folder = new DataFolder().With("stories.txt", string.Concat(Enumerable.Repeat(story, 14)) + "\n");
        var task = KnownTasks.AnyText("stories", Path.Combine(folder.Path, "stories.txt"));
        using var loaded = BenchmarkData.Stories260K();
        using var scorer = new ModelScorer(loaded.Model, loaded.Tokenizer, "stories260K", loaded.Sha256);
        var plain = new PlainLlama(BenchmarkData.Stories260KPath);

        var outcome = new Evaluator(folder.Cache, new()).Run(scorer, task);

        // The first window stands after the start token; the last one scores what is left after all of the text before it that fits.
        var ids = loaded.Tokenizer.Encode(File.ReadAllText(Path.Combine(folder.Path, "stories.txt")));
        Assert.InRange(ids.Length, 513, 1023);
        var sum = plain.Score([1, .. ids[..512]], 1).LogLikelihood + plain.Score(ids[^513..], 1 + 512 - (ids.Length - 512)).LogLikelihood;
        Assert.Equal(sum, outcome.Items[0].LogLikelihoods[0], Tolerance);
        Assert.Equal(-sum / Math.Log(2) / ((14 * story.Length) + 1), TaskResult.Of(task, outcome, 0).Score.Value, 6);
    }

    private static void Compare(string name, int items)
    {
        var task = KnownTasks.Get(name);
        var data = BenchmarkData.Read(task, items);
        using var loaded = BenchmarkData.Stories260K();
        using var scorer = new ModelScorer(loaded.Model, loaded.Tokenizer, "stories260K", loaded.Sha256);
        var plain = new PlainLlama(BenchmarkData.Stories260KPath);
        var outcome = new Evaluator(DataCache.Default(), new() { Limit = items }).Run(scorer, task);
        var answers = outcome.Items.ToDictionary(answer => answer.Index);

        Assert.Equal(Math.Min(items, data.Found), answers.Count + outcome.Refused.Count);
        Assert.True(outcome.Refused.Count <= items / 20, "nearly all items fit");
        Parallel.ForEach(data.Items.Where(item => answers.ContainsKey(item.Index)), item =>
        {
            var answer = answers[item.Index];
            var expected = Reference(plain, loaded.Tokenizer, item);

            Assert.All(expected, (option, index) => Assert.Equal(option.LogLikelihood, answer.LogLikelihoods[index], Tolerance));
            Assert.Equal(expected.Select(option => option.Tokens), answer.Tokens);
            Assert.Equal(Best(expected.Select(option => option.LogLikelihood)), answer.Choice);
            Assert.Equal(
                Best(expected.Select((option, index) => option.LogLikelihood / item.Characters[index])),
                Best(answer.LogLikelihoods.Select((value, index) => value / answer.Characters[index])));
            Assert.Equal(
                Best(expected.Select(option => option.LogLikelihood / option.Tokens)),
                Best(answer.LogLikelihoods.Select((value, index) => value / answer.Tokens[index])));
            Assert.Equal(expected[item.Gold].Greedy, answer.Greedy);
        });
    }

    /// <summary>The rules once more: start token, one text split behind the context's tokens, one cut on the left
    /// for all options.</summary>
    private static List<(double LogLikelihood, int Tokens, bool Greedy)> Reference(
        PlainLlama plain, ITokenizer tokenizer, EvaluationItem item)
    {
        var options = item.Options.Select(option =>
        {
            var context = option.Context.TrimEnd().Length == 0 ? [] : tokenizer.Encode(option.Context.TrimEnd());
            return (Ids: tokenizer.Encode(option.Context + option.Continuation), Before: context.Length);
        }).ToList();
        var cut = Math.Max(0, options.Max(option => option.Ids.Length) - plain.Context);
        return [.. options.Select(option =>
        {
            var (value, greedy) = plain.Score([1, .. option.Ids[cut..]], Math.Max(1, 1 + option.Before - cut));
            return (value, Math.Min(option.Ids.Length - option.Before, option.Ids.Length - cut), greedy);
        })];
    }

    private static int Best(IEnumerable<double> values)
    {
        var all = values.ToList();
        return all.IndexOf(all.Max());
    }
}
