using LibMoE.Benchmarks.Measuring;
using LibMoE.Runtime;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace LibMoE.Benchmarks.Contenders;

/// <summary>
/// The parts of a training step, each forward and backward and as often as the step has it, beside the whole step: where its time goes.
/// </summary>
internal static class StepParts
{
    public static IReadOnlyList<Contender> All(ModelConfig config, LayerSize size) =>
    [
        TrainingStep.Contender("whole step", config, Variants.Of(size), size.Tokens),
        Times(
            config.Layers, LayerContenders.Layer("MoE layers", LayerContenders.Emitted(size, null), new LayerInputs(size), backward: true)),
        Projections(config, size.Tokens),
        Attention(config, size.Tokens),
        Norms(config, size.Tokens),
        Loss(config, size.Tokens),
        Update("AdamW, fused", config, size, fused: true),
        Update("AdamW, built in", config, size, fused: false),
    ];

    private static Contender Times(long count, Contender contender) => contender with
    {
        Step = round =>
        {
            for (var i = 0; i < count; i++)
            {
                contender.Step(round);
            }
        },
    };

    /// <summary>Query, key, value and output of each block, and the head.</summary>
    private static Contender Projections(ModelConfig config, int tokens)
    {
        var x_TD = Leaf(tokens, config.Dim);
        var square_DD = Leaf(config.Dim, config.Dim);
        var head_VD = Leaf(config.Vocabulary, config.Dim);
        var (d_TD, d_TV) = (randn(tokens, config.Dim), randn(tokens, config.Vocabulary));
        return new Contender("projections and head", _ =>
        {
            for (var i = 0; i < 4 * config.Layers; i++)
            {
                F.linear(x_TD, square_DD).backward([d_TD]);
            }

            F.linear(x_TD, head_VD).backward([d_TV]);
            Forget(x_TD, square_DD, head_VD);
        });
    }

    private static Contender Attention(ModelConfig config, int tokens)
    {
        long[] shape = [tokens / config.Context, config.Heads, config.Context, config.Dim / config.Heads];
        var (query, key, value) = (Leaf(shape), Leaf(shape), Leaf(shape));
        var upstream = randn(shape);
        var product = new AttentionProduct(scale: null, window: null);
        return new Contender("attention", _ =>
        {
            for (var i = 0; i < config.Layers; i++)
            {
                product.Run(query, key, value, sink_A: null).backward([upstream]);
            }

            Forget(query, key, value);
        });
    }

    private static Contender Norms(ModelConfig config, int tokens)
    {
        var (x_TD, weight_D) = (Leaf(tokens, config.Dim), Leaf(config.Dim));
        var upstream_TD = randn(tokens, config.Dim);
        return new Contender("norms", _ =>
        {
            for (var i = 0; i < 2 * config.Layers + 1; i++)
            {
                RmsNorm.Run(x_TD, weight_D, config.NormEpsilon).backward([upstream_TD]);
            }

            Forget(x_TD, weight_D);
        });
    }

    private static Contender Loss(ModelConfig config, int tokens)
    {
        var logits_TV = Leaf(tokens, config.Vocabulary);
        var targets_T = randint(0, config.Vocabulary, [tokens], ScalarType.Int64);
        return new Contender("loss", _ =>
        {
            F.cross_entropy(logits_TV, targets_T).backward();
            Forget(logits_TV);
        });
    }

    private static Contender Update(string name, ModelConfig config, LayerSize size, bool fused)
    {
        var parameters = LanguageModel.Create(config, Variants.Of(size)).parameters().ToList();
        parameters.ForEach(parameter => parameter.grad = randn_like(parameter));
        var update = TrainingStep.Update(parameters, fused);
        return new Contender(name, _ => update());
    }

    private static Tensor Leaf(params long[] shape) => randn(shape, requires_grad: true);

    private static void Forget(params Tensor[] leaves)
    {
        foreach (var leaf in leaves)
        {
            leaf.grad = null;
        }
    }
}
