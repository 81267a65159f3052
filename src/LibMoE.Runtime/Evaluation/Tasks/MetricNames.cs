namespace LibMoE.Runtime;

/// <summary>The names of metrics, as lm-evaluation-harness has them where it has them.</summary>
public static class MetricNames
{
    /// <summary>Share of items whose right option has the strictly highest log-likelihood.</summary>
    public const string Accuracy = "acc";

    /// <summary>The same with each log-likelihood divided by the option's length in characters, which are Unicode's code points.</summary>
    public const string AccuracyByCharacter = "acc_norm";

    /// <summary>The same with each log-likelihood divided by the option's length in UTF-8 bytes.</summary>
    public const string AccuracyByByte = "acc_bytes";

    /// <summary>The same with each log-likelihood divided by the option's length in tokens (LibMoE's tables).</summary>
    public const string AccuracyByToken = "acc_norm_token";

    /// <summary>exp of the mean over items of the word's negative log-likelihood.</summary>
    public const string Perplexity = "perplexity";

    /// <summary>exp of the mean over items of the word's negative log-likelihood per token (LibMoE's tables).</summary>
    public const string PerplexityByToken = "perplexity_token";

    /// <summary>exp of the negative log-likelihood of all text over its words.</summary>
    public const string WordPerplexity = "word_perplexity";

    /// <summary>exp of the negative log-likelihood of all text over its bytes.</summary>
    public const string BytePerplexity = "byte_perplexity";

    /// <summary>exp of the negative log-likelihood of all text over its tokens; depends on the tokenizer.</summary>
    public const string TokenPerplexity = "token_perplexity";

    /// <summary>Negative log-likelihood of all text over its bytes, in bits.</summary>
    public const string BitsPerByte = "bits_per_byte";

    /// <summary>Share of items whose generated text equals the target, blanks around it aside.</summary>
    public const string ExactMatch = "exact_match";

    private static readonly Dictionary<TaskForm, string[]> ByForm = new()
    {
        [TaskForm.Choice] = [Accuracy, AccuracyByCharacter, AccuracyByByte, AccuracyByToken],
        [TaskForm.PartialChoice] = [Accuracy],
        [TaskForm.WholeText] = [Accuracy, AccuracyByCharacter, AccuracyByByte, AccuracyByToken],
        [TaskForm.LastWord] = [Accuracy, Perplexity, PerplexityByToken],
        [TaskForm.Text] = [WordPerplexity, BytePerplexity, TokenPerplexity, BitsPerByte],
        [TaskForm.Generate] = [ExactMatch],
    };

    /// <summary>The metrics that a task of that form reports.</summary>
    public static IReadOnlyList<string> Of(TaskForm form) => ByForm[form];

    /// <summary>Whether a larger value is better.</summary>
    public static bool HigherIsBetter(string metric) =>
        metric is Accuracy or AccuracyByCharacter or AccuracyByByte or AccuracyByToken or ExactMatch;
}
