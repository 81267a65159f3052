using LibMoE.Runtime.Data;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>What is wrong with a text and its tokenizer for a model, as far as it shows without reading the text.</summary>
internal static class TextProblems
{
    /// <summary>Sources that are not there, a tokenizer that is none, or one with more ids than the model knows.</summary>
    public static IReadOnlyList<string> Of(CorpusOptions corpus, ModelConfig model)
    {
        var problems = new ProblemList();
        foreach (var source in CorpusLoader.Sources(corpus))
        {
            problems.Try(() => source());
        }

        problems.Try(() =>
        {
            var ids = CorpusLoader.VocabularyOf(corpus);
            if (model.Vocabulary < ids)
            {
                throw new ConfigurationException(
                    $"Model:Vocabulary is {model.Vocabulary}; the tokenizer {corpus.Tokenizer} needs at least {ids}.");
            }
        });
        return problems.Found;
    }
}
