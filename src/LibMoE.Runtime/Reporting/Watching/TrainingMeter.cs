using System.Diagnostics.Metrics;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Studies;

namespace LibMoE.Runtime.Reporting.Watching;

/// <summary>
/// The instruments of training, for <c>dotnet-counters</c>, OpenTelemetry and the like. Every measurement has the tags <c>variant</c>,
/// <c>seed</c> and, in a grid, <c>settings</c>; those of a block also <c>block</c>.
/// </summary>
internal sealed class TrainingMeter
{
    /// <summary>The meter's name.</summary>
    public const string Name = "LibMoE.Training";

    private readonly Counter<long> _steps;
    private readonly Counter<long> _tokens;
    private readonly Gauge<double> _loss;
    private readonly Gauge<double> _auxiliaryLoss;
    private readonly Gauge<double> _validationLoss;
    private readonly Gauge<double> _metric;
    private readonly Gauge<double> _learningRate;
    private readonly Gauge<double> _tokensPerSecond;
    private readonly Gauge<double> _maxOverMean;
    private readonly Gauge<int> _dead;
    private readonly Gauge<double> _balance;

    public TrainingMeter(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        _steps = meter.CreateCounter<long>("libmoe.training.steps", "{step}", "Optimiser steps done.");
        _tokens = meter.CreateCounter<long>("libmoe.training.tokens", "{token}", "Tokens trained on.");
        _loss = meter.CreateGauge<double>("libmoe.training.loss", "nat", "Task loss per token since the last report.");
        _auxiliaryLoss = meter.CreateGauge<double>("libmoe.training.auxiliary_loss", "1", "Balancing terms of all blocks.");
        _validationLoss = meter.CreateGauge<double>("libmoe.validation.loss", "nat", "Held-out loss per token.");
        _metric = meter.CreateGauge<double>("libmoe.validation.metric", "1", "A held-out metric of a learner, in its own unit.");
        _learningRate = meter.CreateGauge<double>("libmoe.training.learning_rate", "1", "The last step's learning rate.");
        _tokensPerSecond = meter.CreateGauge<double>("libmoe.training.throughput", "{token}/s", "Training tokens per second.");
        _maxOverMean = meter.CreateGauge<double>(
            "libmoe.expert.load.max_over_mean", "1", "Picks of a block's most used expert over the mean.");
        _dead = meter.CreateGauge<int>("libmoe.expert.load.dead", "{expert}", "Experts of a block without a pick.");
        _balance = meter.CreateGauge<double>("libmoe.balance", "1", "A balancing term of a block.");
    }

    /// <summary>Watches one cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="start">Steps that were done before.</param>
    public ICellWatcher Watch(StudyCell cell, int start) => new Cell(this, cell, start);

    private sealed class Cell(TrainingMeter meter, StudyCell cell, int start) : ICellWatcher
    {
        private readonly KeyValuePair<string, object?>[] _tags =
        [
            new("variant", cell.Variant.Name),
            new("seed", cell.Seed),
            .. cell.Settings.Count == 0 ? [] : new KeyValuePair<string, object?>[] { new("settings", SettingsLabel.Of(cell.Settings)) },
        ];

        private readonly IReadOnlyList<int> _blocks = cell.Variant.BlockNumbers;
        private int _reported = start;

        public void Report(TrainingProgress progress)
        {
            var steps = progress.Step - _reported;
            _reported = progress.Step;
            meter._steps.Add(steps, _tags);
            meter._tokens.Add((long)steps * cell.Training.Batch * (cell.Variant.Model is null ? 1 : cell.Training.SequenceLength), _tags);
            meter._loss.Record(progress.Loss, _tags);
            meter._auxiliaryLoss.Record(progress.AuxiliaryLoss, _tags);
            meter._learningRate.Record(progress.LearningRate, _tags);
            meter._tokensPerSecond.Record(progress.TokensPerSecond, _tags);
            if (progress.ValidationLoss is { } validation)
            {
                meter._validationLoss.Record(validation, _tags);
            }

            Report(progress.Metrics ?? new Dictionary<string, double>());
            foreach (var (index, block) in progress.Blocks.Index())
            {
                Report(_blocks[index], block);
            }
        }

        public void Finish(TrainingResult result)
        {
            meter._validationLoss.Record(result.ValidationLoss, _tags);
            Report((result.Metrics ?? []).ToDictionary(metric => metric.Name, metric => metric.Value));
        }

        public void Dispose()
        {
        }

        private void Report(IReadOnlyDictionary<string, double> metrics)
        {
            foreach (var (name, value) in metrics)
            {
                meter._metric.Record(value, [.. _tags, new("metric", name)]);
            }
        }

        private void Report(int number, BlockProgress block)
        {
            KeyValuePair<string, object?>[] tags = [.. _tags, new("block", number)];
            if (block is { MaxOverMean: { } maxOverMean, Dead: { } dead })
            {
                meter._maxOverMean.Record(maxOverMean, tags);
                meter._dead.Record(dead, tags);
            }

            foreach (var (name, value) in block.Losses)
            {
                meter._balance.Record(value, [.. tags, new("term", name)]);
            }
        }
    }
}
