using System.Globalization;
using LibMoE.Runtime.Common;
using LibMoE.Runtime.Reporting;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting;

/// <summary>Makes the learners of a fine-tuning: each from the model's files anew, so that no cell sees another's.</summary>
/// <param name="settings">The model, the data, the adapters.</param>
/// <param name="declared">The declared layers.</param>
internal sealed class FineTuningSource(FineTuningSettings settings, IReadOnlyList<MoeVariant> declared)
{
    /// <summary>Templates that write the date get this one, so that a run repeats, and goes on, with the same ids.</summary>
    private static readonly StandingClock Clock = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private ConversationData? _data;

    /// <summary>What the model is called.</summary>
    public string ModelName { get; private set; } = "";

    /// <summary>What its files hold.</summary>
    public string Sha256 { get; private set; } = "";

    /// <summary>Looks at the model, and says what will train.</summary>
    /// <param name="seed">The seed of the adapters.</param>
    /// <param name="output">The screen.</param>
    /// <returns>Its mixture; null of a dense model.</returns>
    public MoeVariant? Inspect(long seed, IAnsiConsole output)
    {
        using var loaded = ModelLoader.Load(settings.Model, declared);
        (ModelName, Sha256) = (loaded.Name, loaded.Sha256);
        output.WriteNotes(loaded);
        var all = ModelCost.TotalParameters(loaded.Model.Config, loaded.Variant?.Declaration);
        using var adapters = settings.Adapters(seed) is { } options ? new AdapterSet(loaded.Model, options) : null;
        output.WriteWhole(string.Create(CultureInfo.InvariantCulture,
            $"{loaded.Name}: {adapters?.TrainedParameters ?? all:N0} numbers train beside {(adapters is null ? 0 : all):N0} that stay"));
        return loaded.Variant;
    }

    /// <summary>Makes a learner.</summary>
    /// <param name="setup">How it is trained, and where.</param>
    public FineTuningLearner Create(LearnerSetup setup)
    {
        var loaded = ModelLoader.Load(settings.Model, declared, device: setup.Device);
        try
        {
            if (loaded.Sha256 != Sha256)
            {
                throw new ConfigurationException($"The model at '{settings.Model}' was changed meanwhile.");
            }

            _data ??= ConversationData.Load(
                settings.Data, settings.HeldOut, Conversations(loaded.Tokenizer),
                settings.Length > 0 ? Math.Min(settings.Length, loaded.Model.Config.Context) : loaded.Model.Config.Context);
            var adapters = settings.Adapters(setup.Seed) is { } options ? new AdapterSet(loaded.Model, options) : null;
            return new FineTuningLearner(loaded.Model, adapters, _data, setup.Training) { Chosen = Chosen() };
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    private ConversationTokenizer Conversations(ITokenizer tokenizer)
    {
        if (settings.Template.Length == 0 && ConversationTokenizer.Own(tokenizer, clock: Clock) is { } own)
        {
            return own;
        }

        // Captions leave out the words of a question; here they are all there is.
        var form = settings.Template.Length == 0 ? ConversationTemplate.Plain : ConversationTemplate.Of(settings.Template);
        return new ConversationTokenizer(form with { ImagesOnly = false }, tokenizer, tokensPerImage: 0);
    }

    private Dictionary<string, string> Chosen() => new()
    {
        ["Base"] = Sha256,
        ["Template"] = _data!.Conversations.Template.Name,
        ["Length"] = settings.Length.ToString(CultureInfo.InvariantCulture),
        ["Rank"] = settings.Rank.ToString(CultureInfo.InvariantCulture),
        ["Alpha"] = settings.Alpha.ToString(CultureInfo.InvariantCulture),
        ["Targets"] = settings.Targets,
        ["Experts"] = settings.Experts.ToString(),
    };
}
