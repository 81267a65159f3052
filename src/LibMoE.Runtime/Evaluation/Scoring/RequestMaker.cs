using LibMoE.Runtime.Evaluation.Scoring;

namespace LibMoE.Runtime;

/// <summary>
/// Turns items into token sequences by the rules of lm-evaluation-harness, with two of our own.
/// </summary>
/// <remarks>
/// A sequence starts with the tokenizer's start token where it has one; without one its first token is not scored. Context and continuation
/// are tokenised as one text and split after as many tokens as the context alone has; blanks at the end of a context belong to the
/// continuation. What does not fit loses tokens on the left, after the start token: all options of an item the same number, so that they
/// are compared after one context. A continuation that does not fit is refused; a whole text (BLiMP, CBT) is cut.
/// </remarks>
public sealed class RequestMaker(ITokenizer tokenizer, int context)
{
    private readonly int[] _start = tokenizer.Bos is { } bos ? [bos] : [];
    private (string Text, int Tokens) _last = ("", 0);

    /// <summary>The version of these rules; part of every cached result's key.</summary>
    public const int Version = 2;

    /// <summary>How many tokens fit besides the start token.</summary>
    private int Room => context + 1 - _start.Length;

    /// <summary>The sequences of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="index">Its place among those that are scored.</param>
    public ItemRequests Make(EvaluationItem item, int index) => item.Form switch
    {
        TaskForm.Text => TextWindows.Make(tokenizer.Encode(item.Options[0].Continuation), _start, context, index),
        TaskForm.Generate => Prompt(item, index),
        _ => Options(item, index),
    };

    private ItemRequests Options(EvaluationItem item, int index)
    {
        var pairs = item.Options.Select(Encode).ToList();
        var cut = Math.Max(0, pairs.Max(pair => pair.Ids.Length) - Room);
        var requests = new List<ScoringRequest>(pairs.Count);
        foreach (var (ids, border) in pairs)
        {
            var option = $"option {requests.Count} of {pairs.Count}";
            if (border == ids.Length)
            {
                return ItemRequests.Refused($"{option} adds no token to its context");
            }

            if (cut > 0 && item.Form != TaskForm.WholeText && cut > border + _start.Length - 1)
            {
                return ItemRequests.Refused($"{option} does not fit: its scored text has {ids.Length - border} tokens, the longest option "
                    + $"{pairs.Max(pair => pair.Ids.Length)}, and the model takes {context}");
            }

            int[] kept = [.. _start, .. ids.AsSpan(Math.Min(cut, ids.Length))];
            var first = Math.Max(1, _start.Length + border - cut);
            if (first >= kept.Length)
            {
                return ItemRequests.Refused(
                    $"{option} has {kept.Length} token{(kept.Length == 1 ? "" : "s")} in all, and the first has nothing before it to "
                        + "be predicted from");
            }

            requests.Add(new ScoringRequest(index, requests.Count, kept, first));
        }

        return new ItemRequests(requests, cut);
    }

    /// <summary>A prompt that the model goes on from; the generated tokens must fit too.</summary>
    private ItemRequests Prompt(EvaluationItem item, int index)
    {
        var ids = tokenizer.Encode(item.Options[0].Context);
        int[] kept = [.. _start, .. ids];
        return kept.Length == 0 || kept.Length > context
            ? ItemRequests.Refused($"the prompt has {kept.Length} tokens, and the model takes from 1 to {context}")
            : new ItemRequests([new ScoringRequest(index, 0, kept, kept.Length)]);
    }

    private (int[] Ids, int Border) Encode(TextPair pair)
    {
        var before = pair.Context.TrimEnd();
        if (before != _last.Text)
        {
            _last = (before, tokenizer.Encode(before).Length);
        }

        var ids = tokenizer.Encode(pair.Context + pair.Continuation);
        return (ids, Math.Min(_last.Tokens, ids.Length));
    }
}
