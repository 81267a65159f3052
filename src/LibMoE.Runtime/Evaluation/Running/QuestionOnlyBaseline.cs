using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime;

/// <summary>
/// The best that one can do without looking: each question gets the answer that it has most often in a development split, and one that is
/// not there the answer that is most often of all; of equals the first in the order of letters. It stands in tables beside models, so that
/// a reader sees what images add.
/// </summary>
public sealed class QuestionOnlyBaseline : IScorer, IImageAnswerer
{
    private readonly Dictionary<string, string> _answers;
    private readonly string _majority;

    /// <summary>Counts answers.</summary>
    /// <param name="development">Questions with their answers, as <see cref="ItemReader.ReadDevelopment"/> reads them.</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public QuestionOnlyBaseline(IReadOnlyList<EvaluationItem> development)
    {
        if (development.Count == 0)
        {
            throw new ArgumentException("The baseline needs questions with answers to count; there are none.", nameof(development));
        }

        _answers = development.GroupBy(item => item.Options[0].Context).ToDictionary(question => question.Key, MostOften);
        _majority = MostOften(development);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', _answers
            .OrderBy(answer => answer.Key, StringComparer.Ordinal).Select(answer => $"{answer.Key}\t{answer.Value}").Append(_majority)))));
    }

    /// <inheritdoc/>
    public string Name => "question only";

    /// <inheritdoc/>
    public string Sha256 { get; }

    /// <summary>What it answers: <see cref="Sha256"/>.</summary>
    public string Identity => Sha256;

    /// <inheritdoc/>
    public string Precision => "none";

    /// <inheritdoc/>
    public ITokenizer Tokenizer { get; } = new ByteTokenizer();

    /// <inheritdoc/>
    public int Context => int.MaxValue;

    /// <inheritdoc/>
    public BatchRule Batching => BatchRule.Together;

    /// <inheritdoc/>
    public IImageAnswerer Eyes => this;

    /// <inheritdoc/>
    public string Answer(ImageQuestion question) => _answers.GetValueOrDefault(question.Prompt, _majority);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it is no language model.</exception>
    public IReadOnlyList<SequenceScore> Score(ScoringBatch batch) => throw NoLanguageModel();

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: it is no language model.</exception>
    public int Next(IReadOnlyList<int> ids) => throw NoLanguageModel();

    private static NotSupportedException NoLanguageModel() =>
        new("The question-only baseline answers questions on images; it scores no text.");

    private static string MostOften(IEnumerable<EvaluationItem> items) =>
        items.GroupBy(item => item.Key?.Target ?? item.Options[0].Continuation.Trim())
        .OrderByDescending(answer => answer.Count()).ThenBy(answer => answer.Key, StringComparer.Ordinal).First().Key;
}
