using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Layers;

namespace LibMoE.Runtime;

/// <summary>
/// What a class declared: the attributes' values, the parameter table, and what follows from them. The generator writes one per layer.
/// </summary>
public sealed partial class MoeDeclaration
{
    /// <summary>The class name, such as <c>Smoe</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The routed expert groups in slot order: FFN groups in declaration order, then zero-compute ones.</summary>
    public required IReadOnlyList<ExpertGroupAttribute> Experts { get; init; }

    /// <summary>The shared experts, if any.</summary>
    public ExpertGroupAttribute? Shared { get; init; }

    /// <summary>The latent space of the routed experts, if any.</summary>
    public LatentExpertsAttribute? Latent { get; init; }

    /// <summary>The gate.</summary>
    public required GateAttribute Gate { get; init; }

    /// <summary>The balancing terms in declaration order.</summary>
    public IReadOnlyList<BalanceAttribute> Balance { get; init; } = [];

    /// <summary>The capacity, if limited.</summary>
    public CapacityAttribute? Capacity { get; init; }

    /// <summary>The expert dropout, if any.</summary>
    public ExpertDropoutAttribute? ExpertDropout { get; init; }

    /// <summary>How the layer's <see cref="Routing"/> is to be read; null where a declaration of your own does not say.</summary>
    public RoutingKind? Kind { get; init; }

    /// <summary>Whether the gate routes each token by what it is alone; false where tokens compete or mix, null where a gate of your own
    /// does not say (<see cref="GateAttribute{TRouter}.RoutesTokensAlone"/>).</summary>
    public bool? GateRoutesTokensAlone { get; init; }

    /// <summary>Whether each token is routed by what it is alone: the gate does so, and no capacity makes tokens compete for seats. Null
    /// where the gate does not say; who scores texts by parts or in batches must then refuse.</summary>
    public bool? RoutesTokensAlone => Capacity is null ? GateRoutesTokensAlone : false;

    /// <summary>How many routed experts a token uses, also on average where the gate does not fix it; null where it is not said.</summary>
    public double? PicksPerToken { get; init; }

    /// <summary>What the combine weights of a token's picks sum to; null where that depends on the token.</summary>
    public double? WeightSum { get; init; }

    /// <summary>Whether the gate reads <see cref="MoeContext.PreviousLogits"/>; null, which counts as yes, where it is not said.</summary>
    public bool? ReadsPreviousLogits { get; init; }

    /// <summary>Whether tokens pick experts, so that single picks can be replaced: not where experts take tokens or
    /// slots mix them.</summary>
    public bool TokensPickExperts => Kind is RoutingKind.TokenChoice or RoutingKind.Ternary or RoutingKind.Hash;

    /// <summary>What the layer computes, one formula a line: experts, gate, output, losses.</summary>
    public required IReadOnlyList<string> Formulas { get; init; }

    /// <summary>Canonical text of everything that decides shapes and the forward pass: part names with a version,
    /// non-default options sorted. Where blocks differ, that of the whole variant: which blocks, and the layers beside this one.</summary>
    public required string StructureText
    {
        get => OfAllBlocks(field, other => other.StructureText);
        init;
    }

    /// <summary>Canonical text of what only training needs: the coefficients of the balancing terms.</summary>
    /// <remarks>Where blocks differ, of the whole variant.</remarks>
    public required string CoefficientsText
    {
        get => ByBlock.Count == 0 ? field : OfAllBlocks(field, other => other.CoefficientsText);
        init;
    }

    /// <summary>The parameter table for a shape, in the order of the state dict.</summary>
    /// <remarks>Where the shape has another <see cref="MoeShape.Output"/> than Dim, the last matrices and biases of the experts have that
    /// width.</remarks>
    public required Func<MoeShape, IReadOnlyList<ParameterSpec>> Parameters
    {
        get;
        init => field = shape => shape.OutputWidth == shape.Dim
            ? value(shape)
            : [.. value(shape).Select(spec => ToOutput(spec, shape.OutputWidth))];
    }

    /// <summary>E: how many slots a token can be routed to.</summary>
    public int RoutableExperts => Experts.Sum(group => group.Count);

    /// <summary>SHA-256 of <see cref="StructureText"/>: equal where a checkpoint can be evaluated, exported and analysed.</summary>
    public string Structure => Hash(StructureText);

    /// <summary>SHA-256 of both texts: equal where a run can be resumed.</summary>
    public string Full => Hash(StructureText + "\n" + CoefficientsText);

    /// <summary>How many parameters the layer has; buffers do not count.</summary>
    public long TotalParameters(MoeShape shape) => Parameters(shape).Where(spec => !spec.Buffer).Sum(spec => spec.Count);

    /// <summary>
    /// How many parameters one token uses: everything but the routed experts, and <see cref="DeclarationCost.ExpertsPerToken"/> times the
    /// largest of them.
    /// </summary>
    public long ActiveParameters(MoeShape shape) => DeclarationCost.ActiveParameters(this, shape);

    /// <summary>Floating-point operations of one token's forward pass: 2 per multiply-add of every matrix, the router included.</summary>
    public long FlopsPerToken(MoeShape shape) => DeclarationCost.FlopsPerToken(this, shape);

    /// <summary>Refuses a shape that the declaration cannot take.</summary>
    /// <exception cref="ArgumentException">The message names the value and what is allowed.</exception>
    public void Check(MoeShape shape)
    {
        if (shape.Dim < 1)
        {
            throw new ArgumentException($"{Name}: the model width Dim is {shape.Dim}; it must be at least 1.", nameof(shape));
        }

        if (shape.Output < 0)
        {
            throw new ArgumentException(
                $"{Name}: the width of the output is {shape.Output}; it must be at least 1, or 0 for Dim.", nameof(shape));
        }

        var copies = Experts.FirstOrDefault(group => group.Kind == typeof(Copy) || group.Kind == typeof(Constant));
        if (shape.OutputWidth != shape.Dim && copies is not null)
        {
            throw new ArgumentException(
                $"{Name}: {copies.Kind.Name} experts give tokens back as they are, which are {shape.Dim} wide, not {shape.OutputWidth}; "
                + "declare the layer without them.",
                nameof(shape));
        }

        if (Gate is HashGateAttribute { Table: true, Vocabulary: 0 } && shape.Vocabulary < 1)
        {
            throw new ArgumentException(
                $"{Name}: neither the declaration nor the model gives the gate's table its number of token ids; "
                + "set Vocabulary on [HashGate] or in MoeShape.",
                nameof(shape));
        }

        if (ExpertSharing.Problems(this, shape).Concat(ExpertBank.Problems(this, shape)).FirstOrDefault() is { } unshared)
        {
            throw new ArgumentException(unshared, nameof(shape));
        }

        var groups = Shared is null ? Experts : [.. Experts, Shared];
        if (shape.Hidden < 1 && groups.Any(group => group.Hidden == 0 && !typeof(IZeroComputeExpert).IsAssignableFrom(group.Kind)))
        {
            throw new ArgumentException(
                $"{Name}: neither the declaration nor the model gives the experts a hidden width; set Hidden on [Experts] or in MoeShape.",
                nameof(shape));
        }
    }

    /// <summary>A row of the table for a layer whose output has another width; experts of the user's own kinds see to theirs.</summary>
    private ParameterSpec ToOutput(ParameterSpec spec, long width) =>
        spec is { Expert: null, Router: false } && LeadsOut(spec.Name) ? spec with { Shape = [.. spec.Shape[..^1], width] } : spec;

    /// <summary>Whether a parameter is a last one before the output: routed experts in a latent space lead to that space.</summary>
    private bool LeadsOut(string name) => Latent is null || name.StartsWith("shared.", StringComparison.Ordinal)
        ? name.Split('.')[^1] is "down" or "down_bias"
        : name == "latent.up";

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
