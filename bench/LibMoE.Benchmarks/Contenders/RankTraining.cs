using LibMoE.Runtime;
using LibMoE.Runtime.Training;
using LibMoE.Runtime.Training.Learners;
using static TorchSharp.torch;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>A training of the 4-layer model, on some ranks or in one process.</summary>
internal sealed class RankTraining : IDisposable
{
    private const int Endless = 1_000_000;

    private readonly TextLearner _learner;
    private readonly TrainingRun _run;
    private readonly int _threads;

    /// <summary>Begins it.</summary>
    /// <param name="ranks">Who trains.</param>
    /// <param name="experts">How they share experts; null gives all of them to each.</param>
    /// <param name="part">Into how many parts the batch is divided, of which this training has one.</param>
    /// <param name="threads">How many threads a step has.</param>
    public RankTraining(Ranks ranks, ExpertRanks? experts = null, int part = 1, int threads = 1)
    {
        var words = string.Join(' ', Enumerable.Range(0, 40_000).Select(word => word * 7919L % 9973));
        var corpus = Corpus.Split("numbers", [.. words.Chunk(2000).Select((text, i) => new Document($"{i}", new string(text)))]);
        var config = new TrainingConfig
        {
            Steps = Endless,
            Batch = Size.Tokens / Model.Context / part,
            SequenceLength = Model.Context,
        };
        var model = LanguageModel.Create(Model, Variant, ranks: ranks, experts: experts);
        _learner = new TextLearner(model, corpus, config, ownsModel: true);
        _run = new TrainingRun(_learner, config, ranks);
        _threads = threads;
    }

    /// <summary>The batch and the mixture.</summary>
    public static LayerSize Size { get; } = new("4 layers", 2048, 128, 256, 8, 2);

    /// <summary>The model.</summary>
    public static ModelConfig Model { get; } = new() { Dim = 128, Layers = 4, Heads = 4, Hidden = 512, Context = 128 };

    /// <summary>Its mixture.</summary>
    public static MoeVariant Variant => Variants.Of(Size);

    /// <summary>Trains one step.</summary>
    public void Step()
    {
        set_num_threads(_threads);
        _run.Step();
    }

    /// <summary>The rows of the busiest rank over the mean, where experts are divided among so many; the mean over the layers, of the model
    /// as it is and one batch of random bytes.</summary>
    public double BusiestRank(int ranks)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var text = randint(0, Model.Vocabulary, [Size.Tokens / Model.Context, Model.Context], ScalarType.Int64);
        return _learner.Language.forward(text).Routings.Average(routing =>
        {
            var rows_R = routing.TokensPerExpert!.data<long>().Chunk(Size.Experts / ranks).Select(rows_E => (double)rows_E.Sum()).ToList();
            return rows_R.Max() / rows_R.Average();
        });
    }

    public void Dispose()
    {
        _run.Dispose();
        _learner.Dispose();
    }
}
