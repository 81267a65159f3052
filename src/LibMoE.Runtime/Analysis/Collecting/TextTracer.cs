using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Notes which experts handle each token of a text, in each MoE block, with what weight.</summary>
internal static class TextTracer
{
    /// <summary>Runs one text through a model in evaluation mode; the model is left in the mode that it was in.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="title">What the text is.</param>
    /// <param name="ids">Its tokens, at most as many as the model's context.</param>
    public static TextTrace Of(LanguageModel model, ITokenizer tokenizer, string title, ReadOnlySpan<long> ids)
    {
        using var scope = NewDisposeScope();
        using var evaluating = new EvaluationMode(model);
        long[] kept = [.. ids[..(int)Math.Min(ids.Length, model.Config.Context)]];
        var ids_SL = tensor(kept, [1, kept.Length], device: model.parameters().First().device);
        var routings = model.forward(ids_SL, new MoeContext { Losses = false }).Routings;
        var indices = Enumerable.Range(0, model.Config.Layers).Where(model.Config.IsMoeBlock);
        return new TextTrace
        {
            Title = title,
            Tokens = [.. kept.Select(id => TokenText.Of(tokenizer, (int)id))],
            Blocks =
            [
                .. from block in indices.Zip(routings, model.MoeLayers)
                   let picks = PickTable.Of(block.Second, block.Third.Declaration.RoutableExperts)
                   where picks is not null
                   select new BlockTrace(
                       block.First,
                       [.. Enumerable.Range(0, picks.Tokens).Select(token => picks.InSlots(token, slot => picks.Picks(token)[slot]))],
                       [.. Enumerable.Range(0, picks.Tokens)
                           .Select(token => picks.InSlots(token, slot => Math.Round(picks.Weights(token)[slot], 6)))]),
            ],
        };
    }

    /// <summary>Pieces of held-out text: of every domain in turn, as many as asked for in all.</summary>
    public static IReadOnlyList<TextTrace> Samples(LanguageModel model, Corpus corpus, int texts, int tokens)
    {
        var length = Math.Min(tokens, model.Config.Context);
        var traces = new List<TextTrace>();
        for (var number = 0; number < texts; number++)
        {
            var domain = corpus.Domains[number % corpus.Domains.Count];
            var round = number / corpus.Domains.Count;
            var held = domain.Validation.Tokens;
            var ids = new long[(int)Math.Min(length, held.Count)];
            held.CopyTo((held.Count - ids.Length) * round / Math.Max(1, (texts + corpus.Domains.Count - 1) / corpus.Domains.Count), ids);
            traces.Add(Of(model, corpus.Tokenizer, FormattableString.Invariant($"{domain.Name}, piece {round + 1}"), ids));
        }

        return traces;
    }
}
