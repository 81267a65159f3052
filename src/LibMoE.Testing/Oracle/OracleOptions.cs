using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing;

/// <summary>Where an expert stands among its layer's.</summary>
/// <param name="Slot">Its routable slot, from 0.</param>
/// <param name="Prefix">The state-dict prefix of its group, such as <c>experts.</c> or <c>experts.1.</c>.</param>
/// <param name="Index">Its index inside the group's tensors.</param>
public sealed record OraclePlace(int Slot, string Prefix, int Index);

/// <summary>An expert kind of your own as the oracle computes it: tokens [N, D] to outputs [N, D], in float64.</summary>
/// <param name="parameters">The parameters of the layer.</param>
/// <param name="place">Which expert it is.</param>
/// <param name="x_ND">The rows, float64 [N, D].</param>
/// <returns>The outputs, float64 [N, D].</returns>
public delegate Tensor OracleExpert(OracleParameters parameters, OraclePlace place, Tensor x_ND);

/// <summary>A gate of your own as the oracle computes it: tokens [N, D] to logits and scores [N, E], in float64.</summary>
/// <param name="gate">The gate's attribute.</param>
/// <param name="parameters">The parameters of the layer.</param>
/// <param name="x_ND">The rows, float64 [N, D].</param>
/// <returns>Logits and scores, float64 [N, E].</returns>
public delegate (Tensor Logits, Tensor Scores) OracleGate(GateAttribute gate, OracleParameters parameters, Tensor x_ND);

/// <summary>A balancing term of your own as the oracle computes it, without its coefficient.</summary>
/// <param name="term">The term's attribute.</param>
/// <param name="routing">The call's routing.</param>
/// <returns>A scalar, float64 [].</returns>
public delegate Tensor OracleTerm(BalanceAttribute term, OracleRouting routing);

/// <summary>What the oracle cannot work out from the declaration alone.</summary>
public sealed record OracleOptions
{
    /// <summary>Nothing beyond the declaration.</summary>
    public static OracleOptions None { get; } = new();

    /// <summary>Whether the layer is in training mode. Jitter and expert dropout draw numbers that the oracle cannot know, so that
    /// it refuses them there; noisy top-K needs <see cref="Noise"/>.</summary>
    public bool Training { get; init; }

    /// <summary>The N(0, 1) draws of noisy top-K in training, [T, E].</summary>
    public Tensor? Noise { get; init; }

    /// <summary>The picks of a hash gate, [T, K]: the hash itself is the implementation's.</summary>
    public Tensor? Picks { get; init; }

    /// <summary>Logits [T, E] to take as given, for a gate of your own without an entry in <see cref="Gates"/>.</summary>
    public Tensor? Logits { get; init; }

    /// <summary>Scores [T, E] to take as given; see <see cref="Logits"/>.</summary>
    public Tensor? Scores { get; init; }

    /// <summary>Your own gates by attribute type.</summary>
    public IReadOnlyDictionary<Type, OracleGate> Gates { get; init; } = new Dictionary<Type, OracleGate>();

    /// <summary>Your own expert kinds by marker type.</summary>
    public IReadOnlyDictionary<Type, OracleExpert> ExpertKinds { get; init; } = new Dictionary<Type, OracleExpert>();

    /// <summary>Your own balancing terms by attribute type.</summary>
    public IReadOnlyDictionary<Type, OracleTerm> Terms { get; init; } = new Dictionary<Type, OracleTerm>();
}
