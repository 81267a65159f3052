using LibMoE.Runtime.Data.Images;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Notes which experts handle each patch of held-out images, and what the model answers.</summary>
internal static class PictureTracer
{
    /// <summary>Questions of every kind in turn, each on an image of its own, as many as asked for; the model is left in the mode
    /// that it was in.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="most">How many at most.</param>
    public static IReadOnlyList<PictureTrace> Samples(VisionLanguageLearner learner, int most)
    {
        var model = (VisionLanguageModel)learner.Model;
        using var evaluating = new EvaluationMode(model);
        return [.. Chosen(learner.Source.HeldOut, most).Select(item => Of(model, learner, item))];
    }

    private static List<HeldOutConversation> Chosen(IReadOnlyList<HeldOutConversation> heldOut, int most)
    {
        var (chosen, shown) = (new List<HeldOutConversation>(), new HashSet<string>());
        var kinds = heldOut.Where(item => item.Tokens.Images.Count == 1).GroupBy(item => item.Kind)
            .OrderBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => new Queue<HeldOutConversation>(kind)).ToList();
        while (chosen.Count < most && kinds.Any(kind => kind.Count > 0))
        {
            foreach (var kind in kinds)
            {
                while (kind.TryDequeue(out var item))
                {
                    if (shown.Add(item.Tokens.Images[0]))
                    {
                        chosen.Add(item);
                        break;
                    }
                }
            }
        }

        return [.. chosen.Take(most)];
    }

    private static PictureTrace Of(VisionLanguageModel model, VisionLanguageLearner learner, HeldOutConversation item)
    {
        using var scope = NewDisposeScope();
        var (tokens, data) = (item.Tokens, learner.Source);
        var device = model.parameters().First().device;
        var ids_SL = tensor(tokens.Ids.Select(id => (long)id).ToArray(), [1, tokens.Ids.Length], device: device);
        var output = model.forward(ids_SL, data.Images.Batch(tokens.Images).to(device), new MoeContext { Losses = false });
        long[] best = [.. output.Logits.argmax(-1).flatten().cpu().data<long>()];
        int[] places = [.. tokens.Labels.Index().Where(label => label.Item != ConversationTokens.Ignored).Select(label => label.Index)];
        int[] said = [.. places.Select(place => (int)best[place - 1])];
        int[] wanted = [.. places.Select(place => tokens.Ids[place])];
        return new PictureTrace
        {
            Kind = item.Kind,
            Question = Words(data.Tokenizer, tokens.Ids[..places[0]].Where(id => id != ConversationTokens.Image)),
            Answer = Words(data.Tokenizer, wanted),
            Said = Words(data.Tokenizer, said),
            IsRight = said.SequenceEqual(wanted),
            Png = PngFile.Of(data.Images.Of(tokens.Images[0])),
            Grid = model.Config.Vision.Grid,
            Layers =
            [
                .. output.Vision.Concat(output.Connector).Index().Select(layer => Trace(
                        Name(model.Config.Vision, layer.Index, output.Vision.Count), learner.BlockNumbers[layer.Index],
                        PickTable.Of(layer.Item, learner.MoeLayers[layer.Index].Declaration.RoutableExperts), model.Config.Vision))
                    .OfType<PatchTrace>(),
            ],
        };
    }

    private static string Words(ITokenizer? tokenizer, IEnumerable<int> ids) => tokenizer?.Decode(ids.ToArray()).Trim() ?? "";

    /// <summary>The patches' picks; null where a layer has other tokens, such as those of the tiles of several scales. A class token stands
    /// before them.</summary>
    private static PatchTrace? Trace(string name, int block, PickTable? picks, VisionConfig config)
    {
        var first = (picks?.Tokens ?? -1) - config.Features;
        if (picks is null || first < 0 || first > (config.ClassToken ? 1 : 0))
        {
            return null;
        }

        var patches = Enumerable.Range(first, config.Features).ToList();
        return new PatchTrace(name, new BlockTrace(
            block,
            patches.ConvertAll(token => picks.InSlots(token, slot => picks.Picks(token)[slot])),
            patches.ConvertAll(token => picks.InSlots(token, slot => Math.Round(picks.Weights(token)[slot], 6)))));
    }

    private static string Name(VisionConfig config, int layer, int seeing) => layer < seeing
        ? FormattableString.Invariant($"encoder block {Enumerable.Range(0, config.Layers).Where(config.IsMoeBlock).ElementAt(layer)}")
        : "connector";
}
