using System.Globalization;
using LibMoE.Runtime;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Models;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace LibMoE.Federated.Hosting;

/// <summary>Joins one variant to a federation.</summary>
internal sealed class JoinVerb(
    FederatedOptions options,
    IOptions<ModelConfig> model,
    IOptions<TrainingConfig> training,
    IOptions<CorpusOptions> corpus,
    IOptions<StudyOptions> study,
    RunOptions run,
    IEnumerable<MoeVariant> declared,
    IAnsiConsole console,
    LearnerMaker? own = null) : IVerb
{
    /// <inheritdoc />
    public static string Name => "join";

    /// <inheritdoc />
    public static string Description =>
        "Joins a federation that Flower's start_server or 'federate' leads: trains on the data here, and shares parameters.";

    /// <inheritdoc />
    public static IReadOnlyList<string>? Sections => ["Federated", "Model", "Training", "Corpus", "Study", "Run"];

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("--server", "Federated:Server", "ADDRESS", "The server. [default: http://127.0.0.1:8080]"),
        new("--name", "Federated:Name", "NAME", "What the server calls this member. [default: the machine's name]"),
        new("--local", "Federated:Local", "PARTS", "Parts that stay here: Router, Experts, Bias, or several with commas. [default: none]"),
        new("--variant", "Study:Variants", "NAME", "The variant, or Dense. [default: the first that is declared]"),
        new("--steps", "Training:Steps", "N", "Optimiser steps of a round. [default: 600]"),
        new("--batch", "Training:Batch", "N", "Examples of a step. [default: 16]"),
        new("--learning-rate", "Training:LearningRate", "X", "The learning rate. [default: 0.005]"),
        new("--seed", "Training:Seed", "N", "The seed of data order, and of weights that are not shared. [default: 0]"),
        new("--corpus", "Corpus:Path", "PATH", "A file or a folder of them: what a language model learns from."),
        new("--device", "Run:Device", "NAME", "Where to train: cpu, cuda or cuda:N. [default: a graphics card where there is one]"),
    ];

    /// <inheritdoc />
    public async Task<int> RunAsync(CancellationToken stop)
    {
        using var learner = Learner();
        var member = new FederatedMember(learner, training.Value, options);
        console.WriteLine($"{member.Name} has {member.Examples} examples and shares {member.Shared.Count} parameters of {learner.Name}.");
        await FlowerClient.JoinAsync(member, () => console.WriteLine($"Joined {options.Server}."), stop).ConfigureAwait(false);
        var noise = options.Noise > 0
            ? string.Create(CultureInfo.InvariantCulture,
                $" All that was sent is (ε = {member.Epsilon:F2}, δ = {options.Delta:G})-private, whoever read it.")
            : "";
        console.WriteLine($"The federation is over after {member.Rounds} rounds here.{noise}");
        return ExitCode.Done;
    }

    /// <summary>The learner of the one cell that these settings describe.</summary>
    private Learner Learner()
    {
        IReadOnlyList<MoeVariant> registered = [.. declared];
        var names = study.Value.Variants.Length > 0 ? study.Value.Variants : registered.Select(variant => variant.Name).FirstOrDefault("");
        var plan = own is not null
            ? StudyPlan.Make(names, registered, own, training.Value, seeds: 1)
            : StudyPlan.Make(names, registered, model.Value, training.Value, seeds: 1, study.Value.DenseWidth).On(corpus.Value);
        if (plan.Variants.Count != 1)
        {
            throw new ConfigurationException($"Study:Variants is '{study.Value.Variants}'; 'join' takes one variant.");
        }

        var planned = PreparedStudy.Of([plan]).Cells[0];
        return planned.Source.Create(planned.Cell, ComputeDevice.Of(run.Device));
    }
}
