using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Adapters;

/// <summary>
/// The adapter of one matrix. With A [r, I] and B [O, r], as PEFT stores them, y = x·W + (α/r)·(x·Aᵀ)·Bᵀ: the matrix is W + (α/r)·(B·A)ᵀ,
/// with outputs first W + (α/r)·B·A. Of a stack each expert e has A_e and B_e, or all have one.
/// </summary>
internal sealed class LowRankAdapter : IDisposable
{
    private readonly AdaptedMatrix _matrix;
    private readonly Parameter _weight;
    private readonly Tensor _base;
    private readonly double _scale;

    /// <summary>Starts at the base: B is 0, A ~ N(0, 1/(3·I)), which has the deviation of PEFT's uniform draw.</summary>
    /// <param name="matrix">Which matrix.</param>
    /// <param name="weight">Its parameter in the model, which the adapter rewrites.</param>
    /// <param name="options">Rank, α, sharing and seed.</param>
    public LowRankAdapter(AdaptedMatrix matrix, Parameter weight, AdapterOptions options)
    {
        (_matrix, _weight, _scale) = (matrix, weight, options.Alpha / options.Rank);
        long[] stack = matrix.Shape.Length == 3 && options.Sharing == ExpertAdapters.PerExpert ? [matrix.Shape[0]] : [];
        var init = new MoeShape(matrix.Inputs) { Prefix = "", DType = weight.dtype, Device = weight.device, Seed = options.Seed };
        A = Make(NameOfA, [.. stack, options.Rank, matrix.Inputs], 1 / Math.Sqrt(3.0 * matrix.Inputs));
        B = Make(NameOfB, [.. stack, matrix.Outputs, options.Rank], 0);
        using var quiet = no_grad();
        _base = weight.detach().clone().DetachFromDisposeScope();

        Parameter Make(string name, long[] shape, double std) => new(new ParameterSpec(name, shape, std).Initialize(init));
    }

    /// <summary>A, [r, I] or [F, r, I].</summary>
    public Parameter A { get; }

    /// <summary>B, [O, r] or [F, O, r].</summary>
    public Parameter B { get; }

    /// <summary>The state-dict name of A.</summary>
    public string NameOfA => $"{_matrix.Module}.lora_A.weight";

    /// <summary>The state-dict name of B.</summary>
    public string NameOfB => $"{_matrix.Module}.lora_B.weight";

    /// <summary>
    /// Writes base plus change into the model's parameter. Where gradients are recorded, the parameter becomes a step of the graph between
    /// A and B and whatever reads it, so that every kernel runs as it does without adapters.
    /// </summary>
    public void Write()
    {
        using var scope = NewDisposeScope();
        Release();
        ((Tensor)_weight).copy_(_base.Plus(Change()));
    }

    /// <summary>Puts the base back, bit for bit.</summary>
    public void Remove()
    {
        using var quiet = no_grad();
        Release();
        ((Tensor)_weight).copy_(_base);
    }

    /// <summary>Takes the parameter out of the graph that it was made a step of.</summary>
    public void Release() => ((Tensor)_weight).detach_();

    /// <inheritdoc />
    public void Dispose() => _base.Dispose();

    /// <summary>The change, in the matrix's own layout.</summary>
    private Tensor Change()
    {
        var b_OR = B.Times(_scale);
        return _matrix.InputsFirst ? A.transpose(-2, -1).matmul(b_OR.transpose(-2, -1)) : b_OR.matmul(A);
    }
}
