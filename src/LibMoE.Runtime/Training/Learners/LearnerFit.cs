using LibMoE.Runtime.Common;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners;

/// <summary>What of a configuration does not fit a learner.</summary>
internal static class LearnerFit
{
    /// <summary>One sentence each; empty where it can be trained so.</summary>
    public static IEnumerable<string> Problems(Learner learner, TrainingConfig config)
    {
        var names = learner.Metrics.Select(metric => metric.Name).ToList();
        if (names.Count == 0 || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < names.Count)
        {
            yield return $"The metrics of {learner.GetType().Name} are [{string.Join(", ", names)}]; "
                + "there must be at least one, and no two of one name.";
        }

        if (config.StopOnMetric is { } wanted && !names.Contains(wanted, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Training:StopOnMetric is '{wanted}', which is not a metric; {NearestName.Advice(wanted, names)}.";
        }

        if (learner.HeldOutExamples < 2)
        {
            yield return $"{learner.GetType().Name} has {learner.HeldOutExamples} held-out examples; it must have at least 2.";
        }

        if (config.Fairness is not null && !learner.ComparesGroups)
        {
            yield return $"Training:Fairness is given, but {learner.GetType().Name} says yes or no of no groups of people; leave it out.";
        }

        if (config.GroupRobust is not null && learner is not TextLearner)
        {
            yield return $"Training:GroupRobust is given, but {learner.GetType().Name} learns no text of several domains; leave it out.";
        }

        if (config.Meta is not null && learner is not (FewShotLearner or DomainTaskLearner))
        {
            yield return $"Training:Meta is given, but {learner.GetType().Name} learns no tasks of few examples; leave it out.";
        }

        List<string> parameters = [.. learner.Model.named_parameters().Select(entry => entry.name)];
        foreach (var part in PartRates.Unknown([.. config.Rates?.Keys ?? [], .. learner.Rates.Keys], parameters))
        {
            var first = parameters.Select(name => name.Split('.')[0]).Distinct().ToList();
            yield return $"Training:Rates names '{part}', which no parameter's name begins with; "
                + $"{NearestName.Advice(part.Split('.')[0], first)}.";
        }

        foreach (var part in PartRates.Unknown(config.Meta?.Rates?.Keys ?? [], parameters))
        {
            yield return $"Training:Meta:Rates names '{part}', which no parameter's name begins with; "
                + $"{NearestName.Advice(part.Split('.')[0], [.. parameters.Select(name => name.Split('.')[0]).Distinct()])}.";
        }

        var rates = new PartRates(learner, config);
        if (learner.Model.named_parameters().All(entry => !entry.parameter.requires_grad || rates.Of(entry.name) == 0))
        {
            yield return "Training:Rates freezes every parameter; at least one must be trained.";
        }

        if (learner.MoeLayers is [var layer, ..]
            && config.Compute == ComputeType.BFloat16 != ((layer.Shape.Compute ?? layer.Shape.DType) == ScalarType.BFloat16))
        {
            yield return $"Training:Compute is {config.Compute}, but the experts of this model "
                + $"compute in {layer.Shape.Compute ?? layer.Shape.DType}; make it with that type.";
        }
    }
}
