using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>An input of a layer with its context.</summary>
/// <param name="X">Tokens [.., D], a leaf with gradients.</param>
/// <param name="Context">The context.</param>
/// <param name="Where">The input in words, for failures.</param>
internal sealed record KitCall(Tensor X, MoeContext Context, string Where)
{
    /// <summary>The same input for the oracle: x is a float64 leaf of its own on the CPU.</summary>
    public KitCall InFloat64() => this with { X = X.detach().to(ScalarType.Float64, CPU, copy: true).requires_grad_(true) };

    /// <summary>The same input with replaced picks, or without losses.</summary>
    public KitCall With(Func<Routing, Picks>? reroute = null, bool losses = true) => this with
    {
        Context = new MoeContext
        {
            TokenIds = Context.TokenIds,
            Mask = Context.Mask,
            PreviousLogits = Context.PreviousLogits,
            Losses = losses,
            Reroute = reroute,
        },
    };

    /// <summary>Gives the tensors to the dispose scope around the newest one.</summary>
    public KitCall MoveToOuterDisposeScope()
    {
        foreach (var tensor in new[] { X, Context.TokenIds, Context.Mask, Context.PreviousLogits })
        {
            tensor?.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <summary>A selection, order or change of x and of everything that belongs to its rows, under a mask of its own.</summary>
    public KitCall Map(Func<Tensor, Tensor> rows, Tensor? mask = null)
    {
        using var quiet = no_grad();
        return new KitCall(
            rows(X.detach()).clone().requires_grad_(true),
            new MoeContext
            {
                TokenIds = Context.TokenIds is null ? null : rows(Context.TokenIds),
                Mask = mask,
                PreviousLogits = Context.PreviousLogits is null ? null : rows(Context.PreviousLogits),
            },
            Where);
    }
}
