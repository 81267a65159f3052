using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// How one call of a layer routed its tokens. T = tokens of the call, E = routable slots, K = picks of a token.
/// </summary>
/// <param name="kind">How to read the tensors.</param>
/// <param name="scores">Makes the scores on first access, where no term needed them before; null where the gate has none.</param>
public sealed class Routing(RoutingKind kind, Func<Tensor>? scores = null) : IDisposable
{
    private readonly Func<Tensor>? _makeScores = scores;
    private Tensor? _scores;

    /// <summary>How to read the tensors.</summary>
    public RoutingKind Kind { get; } = kind;

    /// <summary>[T, E] float32 (float64 in a float64 layer); null for hash gates that learn nothing.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>[T, E], as <see cref="Logits"/>; null for hash gates that learn nothing. Made on first access if no term
    /// needed them.</summary>
    public Tensor? Scores
    {
        get => _scores ??= _makeScores?.Invoke();
        init => _scores = value;
    }

    /// <summary>[T, K] int64: slot 0 is the pick ranked first by the selection value, ties to the lower index; −1 is empty.</summary>
    public Tensor? Experts { get; init; }

    /// <summary>[T, K]: the final multipliers of the picked experts' outputs.</summary>
    public required Tensor Weights { get; init; }

    /// <summary>[E] int64: picks per expert, before any were dropped for capacity.</summary>
    public Tensor? TokensPerExpert { get; init; }

    /// <summary>The balancing terms by name: scalars [] with their coefficient applied.</summary>
    public IReadOnlyDictionary<string, Tensor> Losses { get; init; } = new Dictionary<string, Tensor>();

    /// <summary>The sum of <see cref="Losses"/>, a scalar []; 0 without terms.</summary>
    public required Tensor AuxiliaryLoss { get; init; }

    private IEnumerable<Tensor> Tensors =>
        new[] { Logits, _scores, Experts, Weights, TokensPerExpert, AuxiliaryLoss }.Concat(Losses.Values).OfType<Tensor>();

    /// <summary>Moves every tensor to the dispose scope around the current one.</summary>
    public void MoveToOuterDisposeScope()
    {
        foreach (var tensor in Tensors)
        {
            tensor.MoveToOuterDisposeScope();
        }
    }

    /// <summary>A copy on the CPU, without gradients, that belongs to no dispose scope: the caller disposes it.</summary>
    public Routing ToCpu()
    {
        using var quiet = no_grad();
        return new Routing(Kind)
        {
            Logits = Copy(Logits),
            Scores = Copy(Scores),
            Experts = Copy(Experts),
            Weights = Copy(Weights)!,
            TokensPerExpert = Copy(TokensPerExpert),
            Losses = Losses.ToDictionary(term => term.Key, term => Copy(term.Value)!),
            AuxiliaryLoss = Copy(AuxiliaryLoss)!,
        };

        static Tensor? Copy(Tensor? tensor) => tensor?.detach().to(CPU, copy: true).DetachFromDisposeScope();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in Tensors)
        {
            tensor.Dispose();
        }
    }
}
