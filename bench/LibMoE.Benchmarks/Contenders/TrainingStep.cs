using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>One training step of a language model on random bytes.</summary>
internal static class TrainingStep
{
    private const double LearningRate = 1e-3;
    private const int Variety = 12;

    public static Contender Contender(
        string name, ModelConfig config, MoeVariant? variant, int tokens, bool fused = true, ScalarType? compute = null)
    {
        var model = LanguageModel.Create(config, variant, compute: compute);
        using var generator = new Generator(1);
        var texts = Enumerable.Range(0, Variety)
            .Select(
                _ => randint(0, config.Vocabulary, [tokens / config.Context, config.Context + 1], ScalarType.Int64, generator: generator))
            .ToArray();
        var parameters = model.parameters().ToList();
        var update = Update(parameters, fused);
        return new Contender(name, round =>
        {
            var text = texts[round % Variety];
            var output = model.forward(text.narrow(1, 0, config.Context));
            var loss = F.cross_entropy(output.Logits.reshape(tokens, -1), text.narrow(1, 1, config.Context).reshape(-1));
            loss = output.Routings.Aggregate(loss, (sum, routing) => sum + routing.AuxiliaryLoss);
            loss.backward();
            update();
            parameters.ForEach(parameter => parameter.grad = null);
        });
    }

    /// <summary>One update of all parameters, by this library's kernel or by TorchSharp's optimiser.</summary>
    public static Action Update(IReadOnlyList<Parameter> parameters, bool fused) => fused ? Fused(parameters) : BuiltIn(parameters);

    private static Action BuiltIn(IReadOnlyList<Parameter> parameters)
    {
        var optimizer = optim.AdamW(parameters, LearningRate);
        return () => optimizer.step();
    }

    private static Action Fused(IReadOnlyList<Parameter> parameters)
    {
        var means = parameters.Select(parameter => zeros_like(parameter)).ToList();
        var squares = parameters.Select(parameter => zeros_like(parameter)).ToList();
        var step = 0L;
        return () =>
        {
            step++;
            var updates = parameters.Select(
                (parameter, i) => new AdamWUpdate(parameter, parameter.grad!, means[i], squares[i], step, 0.01));
            FusedAdamW.Apply([.. updates.Where(update => update.Gradient is not null)], LearningRate, 0.9, 0.999, 1e-8);
        };
    }
}
