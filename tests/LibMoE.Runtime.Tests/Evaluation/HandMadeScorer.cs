using System.Security.Cryptography;
using System.Text;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>A scorer that is a formula over items and options.</summary>
internal sealed class HandMadeScorer(Func<ScoringRequest, double> score, string name = "hand-made") : IScorer
{
    public string Name => name;

    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    public string Precision => "Float64";

    public ITokenizer Tokenizer { get; init; } = new ByteTokenizer();

    public int Context { get; init; } = 512;

    public BatchRule Batching => BatchRule.Together;

    /// <summary>The batches that were asked for, in order.</summary>
    public List<ScoringBatch> Asked { get; } = [];

    /// <summary>Called before a batch is scored.</summary>
    public Action<ScoringBatch> Before { get; init; } = _ => { };

    public Func<IReadOnlyList<int>, int> NextToken { get; init; } = _ => 0;

    public IReadOnlyList<SequenceScore> Score(ScoringBatch batch)
    {
        Before(batch);
        Asked.Add(batch);
        return [.. batch.Requests.Select(request => new SequenceScore(score(request), score(request) > -1))];
    }

    public int Next(IReadOnlyList<int> ids) => NextToken(ids);

    /// <summary>−1 for the right option, less for others.</summary>
    public static HandMadeScorer Perfect(IReadOnlyList<int> labels) =>
        new(request => request.Part == labels[request.Item] ? -1 : -2, "perfect");

    /// <summary>Always the same option.</summary>
    public static HandMadeScorer Constant(int option) => new(request => request.Part == option ? -1 : -2, "constant");

    /// <summary>Any option.</summary>
    public static HandMadeScorer Chance(long[] draws) =>
        new(request => -1 - (draws[((request.Item * 8) + request.Part) % draws.Length] / 1e19), "random");
}
