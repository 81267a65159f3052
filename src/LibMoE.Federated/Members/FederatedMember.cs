using LibMoE.Federated.Arrays;
using LibMoE.Federated.Members;
using LibMoE.Federated.Privacy;
using LibMoE.Federated.Rounds;
using LibMoE.Runtime.Data.Sampling;
using TorchSharp;

namespace LibMoE.Runtime;

/// <summary>
/// A learner as a member of a federation. In each round it takes the shared parameters, trains on its own data as any training does, and
/// gives them back; data, buffers and parts that are declared local stay with it.
/// </summary>
/// <remarks>A round is a training of <see cref="TrainingConfig.Steps"/> steps at a constant rate: moments of the optimiser begin anew,
/// since those of other parameters mean nothing; the order of examples goes on.</remarks>
public sealed class FederatedMember
{
    private readonly Learner _learner;
    private readonly TrainingConfig _training;
    private readonly FederatedOptions _options;
    private readonly SharedParameters _shared;

    /// <summary>Makes a member.</summary>
    /// <param name="learner">The learner, which the caller owns.</param>
    /// <param name="training">How it trains in a round; <see cref="TrainingConfig.Steps"/> are those of one round.</param>
    /// <param name="options">Its name, what stays local, and how what it sends is clipped and noised; null takes the defaults.</param>
    /// <exception cref="ConfigurationException">Settings are wrong, do not fit the learner, or leave nothing to share.</exception>
    public FederatedMember(Learner learner, TrainingConfig training, FederatedOptions? options = null)
    {
        _options = options ?? new FederatedOptions();
        ConfigurationException.ThrowIfAny(_options.Problems());
        (_learner, _training) = (learner, training with
        {
            Schedule = ScheduleKind.Constant,
            Warmup = 0,
            LogEvery = Math.Max(1, training.Steps),
            ValidateEvery = 0,
            Patience = 0,
            AverageDecay = 0,
            ValidationSequences = 2,
        });
        Trainer.Check(learner, _training);
        _shared = new SharedParameters(learner.Model, _options.Local | KeepLocalAttribute.Of(learner), _options.LocalNames);
        Name = _options.Name.Length > 0 ? _options.Name : Environment.MachineName;
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>How many examples its parameters weigh: those that it learns from, or where that is not known those drawn in a
    /// round.</summary>
    public long Examples => _learner.TrainingExamples ?? (long)_training.Steps * _training.Batch;

    /// <summary>The names of the parameters that it shares, in their order on the wire.</summary>
    public IReadOnlyList<string> Shared => [.. _shared.Names];

    /// <summary>In how many rounds it has trained.</summary>
    public int Rounds { get; private set; }

    /// <summary>The ε, at <see cref="FederatedOptions.Delta"/>, of all that it sent so far, against whoever saw every message, for any two
    /// data sets that it might have; infinite without noise. Its name and the number 1 in place of its examples are not counted.</summary>
    public double Epsilon => Rounds == 0 ? 0 : GaussianAccountant.Epsilon(_options.Noise, Rounds, _options.Delta, replaced: true);

    /// <summary>Whether what it sends is noised: it then weighs one example, and measures nothing for others.</summary>
    internal bool IsPrivate => _options.Noise > 0;

    /// <summary>How it joins.</summary>
    internal FederatedOptions Options => _options;

    /// <summary>The shared parameters as they are.</summary>
    internal IReadOnlyList<NpyArray> Parameters() => _shared.Read();

    /// <summary>Trains from shared parameters.</summary>
    /// <param name="begin">The parameters.</param>
    /// <param name="proximal">μ of FedProx.</param>
    /// <param name="stop">Ends it after the step that it is in.</param>
    /// <exception cref="InvalidDataException">The parameters do not fit, or what training ends with is not finite.</exception>
    /// <exception cref="TrainingFailedException">The loss was not finite for too many steps in a row.</exception>
    internal FitAnswer Fit(IReadOnlyList<NpyArray> begin, double proximal, CancellationToken stop)
    {
        _shared.Write(begin);
        using var scope = torch.NewDisposeScope();
        var begin_P = _shared.Copies();
        var (steps, drawn) = ((long)Rounds * _training.Steps, (long)Rounds * _training.Steps * _training.Batch);
        Rounds++;
        try
        {
            using var learner = new RoundLearner(_learner, drawn, steps, proximal, _shared, begin_P);
            var seed = (long)(ShuffledOrder.Mix((ulong)_training.Seed + (ulong)steps) >> 1);
            Trainer.Train(learner, _training with { Seed = seed }, cancellation: stop);
        }
        finally
        {
            foreach (var copy in begin_P)
            {
                copy.Dispose();
            }
        }

        var ended = _options.Clip > 0 ? Hidden(begin, _shared.Read()) : _shared.Read();
        foreach (var (name, array) in _shared.Names.Zip(ended))
        {
            if (ArrayFault.Of(array, array.Shape) is { } fault)
            {
                throw new InvalidDataException($"ended its training with {name}, which {fault}");
            }
        }

        return new FitAnswer(ended, IsPrivate ? 1 : Examples);
    }

    /// <summary>Takes parameters, and measures them on held-out data of its own.</summary>
    /// <exception cref="InvalidDataException">The parameters do not fit.</exception>
    internal MeasureAnswer Measure(IReadOnlyList<NpyArray> parameters)
    {
        _shared.Write(parameters);
        var measured = _learner.Measure(int.MaxValue, Math.Max(_training.Batch, 256));
        return new MeasureAnswer(
            measured.Loss, _learner.HeldOutExamples,
            measured.Metrics.Where(metric => double.IsFinite(metric.Value)).ToDictionary(metric => metric.Name, metric => metric.Value));
    }

    /// <summary>Clips the change of a round and adds noise; what is sent is also what is kept.</summary>
    private List<NpyArray> Hidden(IReadOnlyList<NpyArray> begin, IReadOnlyList<NpyArray> ended)
    {
        double[] change_P =
        [
            .. ended.Zip(begin).SelectMany(pair => pair.First.Values.Zip(pair.Second.Values, (now, before) => (double)now - before)),
        ];
        ClippedNoise.Clip(change_P, _options.Clip);
        ClippedNoise.Add(change_P, _options.Noise * _options.Clip);
        var place = 0;
        List<NpyArray> hidden =
            [.. begin.Select(array => array with { Values = Array.ConvertAll(array.Values, value => (float)(value + change_P[place++])) })];
        _shared.Write(hidden);
        return hidden;
    }
}
