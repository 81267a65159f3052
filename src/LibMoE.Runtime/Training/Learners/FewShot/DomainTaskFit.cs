using LibMoE.Runtime.Common;

namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>What of a corpus does not make tasks.</summary>
internal static class DomainTaskFit
{
    /// <summary>One sentence each; empty where it does.</summary>
    public static IEnumerable<string> Problems(Corpus corpus, IReadOnlyList<string> heldOut, ModelConfig model, TrainingConfig training)
    {
        List<string> names = [.. corpus.Domains.Select(domain => domain.Name)];
        foreach (var name in heldOut.Where(name => !names.Contains(name)))
        {
            yield return $"'{name}' is to be held out, which is no domain of the corpus; {NearestName.Advice(name, names)}.";
        }

        if (heldOut.Distinct().Count() < 2)
        {
            yield return "Fewer than two domains are held out; each is measured at the rate that is best for the others, so there must be "
                + "two.";
        }

        if (names.All(heldOut.Contains))
        {
            yield return "All domains are held out; at least one must be left to learn from.";
        }

        var length = training.SequenceLength;
        foreach (var domain in corpus.Domains.Where(domain =>
            Math.Min(domain.Train.Tokens.Count, domain.Validation.Tokens.Count) < 2L * length))
        {
            yield return $"The domain {domain.Name} has {domain.Train.Tokens.Count} training and {domain.Validation.Tokens.Count} held-out "
                + $"tokens; a task takes at least {2L * length} of both.";
        }

        if (length > model.Context)
        {
            yield return $"Training:SequenceLength is {length}; it must not be above the model's context, which is {model.Context}.";
        }

        if (model.Vocabulary < corpus.Vocabulary)
        {
            yield return $"The model has {model.Vocabulary} token ids; the corpus {corpus.Name} needs at least {corpus.Vocabulary}.";
        }
    }
}
