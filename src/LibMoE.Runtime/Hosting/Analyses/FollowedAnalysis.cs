using System.Text.Json;
using LibMoE.Runtime.Analysis;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Hosting.Analyses;

/// <summary>What the first rank says of an analysis whose passes it shares out.</summary>
/// <param name="Model">The model's file or folder.</param>
/// <param name="Seed">The seed of its training, which draws random picks.</param>
/// <param name="Length">Tokens of a sequence.</param>
/// <param name="Batch">How many sequences go through the model at once.</param>
/// <param name="Phase">Which phase of the passes.</param>
internal sealed record AnalysisWork(string Model, long Seed, int Length, int Batch, string Phase)
{
    /// <summary>As text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, RunJson.Line);

    /// <summary>Of the text.</summary>
    public static AnalysisWork Of(string text) => JsonSerializer.Deserialize<AnalysisWork>(text, RunJson.Line)!;
}

/// <summary>The model whose passes a rank computes for another: it stays open, its disturbances with it, until another is asked
/// for.</summary>
/// <param name="options">How much is looked at.</param>
/// <param name="corpus">The text.</param>
/// <param name="variants">The declared layers.</param>
internal sealed class FollowedAnalysis(AnalysisOptions options, Corpus corpus, IReadOnlyList<MoeVariant> variants) : IDisposable
{
    private (AnalysisWork Work, LoadedModel Model, Func<string, Func<int, byte[]>> Compute)? _now;

    /// <summary>Prepares what the first rank shares out.</summary>
    /// <param name="what">What it says of it.</param>
    public Func<int, byte[]> Prepare(string what)
    {
        var work = AnalysisWork.Of(what);
        var whose = work with { Phase = "" };
        if (_now?.Work != whose)
        {
            Dispose();
            var loaded = ModelLoader.Load(work.Model, variants);
            var analyzer = new CellAnalyzer(options, corpus, work.Length, work.Batch);
            _now = (whose, loaded, analyzer.Computing(loaded.Model, work.Seed));
        }

        return _now.Value.Compute(work.Phase);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _now?.Model.Dispose();
        _now = null;
    }
}
