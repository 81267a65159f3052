namespace LibMoE.Runtime.Tests.Evaluation.Running;

/// <summary>A model that sees, whose answers a test writes down.</summary>
internal sealed class FakeEyes(Func<ImageQuestion, string> answer, string name = "eyes") : IScorer, IImageAnswerer
{
    public string Name => name;

    public string Sha256 => new('0', 64);

    public string Code => "test";

    /// <summary>How it sees, besides its weights.</summary>
    public string Preprocessing { get; init; } = "224 pixels";

    string IImageAnswerer.Identity => Preprocessing;

    public string Precision => "Float32";

    public ITokenizer Tokenizer { get; } = new ByteTokenizer();

    public int Context => 2048;

    public BatchRule Batching => BatchRule.Together;

    public IImageAnswerer Eyes => this;

    /// <summary>The questions that were asked, in order.</summary>
    public List<ImageQuestion> Asked { get; } = [];

    public string Answer(ImageQuestion question)
    {
        Asked.Add(question);
        return answer(question);
    }

    public IReadOnlyList<SequenceScore> Score(ScoringBatch batch) => throw new NotSupportedException();

    public int Next(IReadOnlyList<int> ids) => throw new NotSupportedException();
}
