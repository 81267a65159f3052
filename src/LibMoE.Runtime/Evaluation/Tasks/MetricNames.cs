namespace LibMoE.Runtime;

/// <summary>The names of metrics, as lm-evaluation-harness has them where it has them.</summary>
public static class MetricNames
{
    /// <summary>Share of items whose right option has the strictly highest log-likelihood; of generated answers, that a rule finds
    /// right.</summary>
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

    /// <summary>The same, and an answer that names no option counts 1/options, what a draw among them would be right in the mean.</summary>
    public const string AccuracyWithGuesses = "acc_guess";

    /// <summary>Share of questions that are right in every rotation of their options (MMBench).</summary>
    public const string CircularAccuracy = "acc_circular";

    /// <summary>Share of questions that are right with their options in the order of the data.</summary>
    public const string VanillaAccuracy = "acc_vanilla";

    /// <summary>Share of images whose two questions are both right (MME's accuracy+).</summary>
    public const string PairAccuracy = "acc_plus";

    /// <summary>(accuracy + accuracy+)/2, every image alike; as a mean over the subtasks, perception and cognition together over their
    /// 2,800 (MME).</summary>
    public const string MmeScore = "mme";

    /// <summary>The sum over ten subtasks of 100·(accuracy + accuracy+), 2,000 at best (MME).</summary>
    public const string MmePerception = "mme_perception";

    /// <summary>The sum over four subtasks of 100·(accuracy + accuracy+), 800 at best (MME).</summary>
    public const string MmeCognition = "mme_cognition";

    /// <summary>Share of figures all of whose questions are right (HallusionBench's fAcc).</summary>
    public const string FigureAccuracy = "acc_figure";

    /// <summary>Share of questions that are right on all of their figures (HallusionBench's qAcc).</summary>
    public const string QuestionAccuracy = "acc_question";

    /// <summary>Of the answers yes, the share that is right; 0 without any.</summary>
    public const string Precision = "precision";

    /// <summary>Of the questions to say yes to, the share that is answered so; 0 without any.</summary>
    public const string Recall = "recall";

    /// <summary>2·right yes / (answers yes + questions to say yes to): the harmonic mean of precision and recall.</summary>
    public const string F1 = "f1";

    /// <summary>Share of answers that are yes. Neither high nor low is good: POPE has as many questions to say no to.</summary>
    public const string YesRatio = "yes_ratio";

    /// <summary>The mean over items of the soft accuracy over ten people's answers (TextVQA).</summary>
    public const string SoftAccuracy = "acc_soft";

    private static readonly Dictionary<AnswerRule, string[]> ByRule = new()
    {
        [AnswerRule.ShortAnswer] = [Accuracy],
        [AnswerRule.Letter] = [Accuracy],
        [AnswerRule.CircularLetter] = [CircularAccuracy, VanillaAccuracy],
        [AnswerRule.Pope] = [Accuracy, Precision, Recall, F1, YesRatio],
        [AnswerRule.Mme] = [MmeScore, Accuracy, PairAccuracy, MmePerception, MmeCognition],
        [AnswerRule.HallusionBench] = [Accuracy, FigureAccuracy, QuestionAccuracy],
        [AnswerRule.MmStar] = [Accuracy],
        [AnswerRule.ScienceQa] = [Accuracy],
        [AnswerRule.Mmmu] = [Accuracy, AccuracyWithGuesses],
        [AnswerRule.TextVqa] = [SoftAccuracy],
        [AnswerRule.MathVista] = [Accuracy],
    };

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

    /// <summary>The metrics that a task reports.</summary>
    public static IReadOnlyList<string> Of(EvaluationTask task) => task.Rule is { } rule ? ByRule[rule] : Of(task.Form);

    /// <summary>Whether a larger value is better.</summary>
    public static bool HigherIsBetter(string metric) => metric is not (Perplexity or PerplexityByToken or WordPerplexity or BytePerplexity
        or TokenPerplexity or BitsPerByte or YesRatio);
}
