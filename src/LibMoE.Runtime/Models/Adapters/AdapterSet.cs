using LibMoE.Runtime.Models.Adapters;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// Low-rank adapters of a language model, the only parameters that train: y = x·W + (α/r)·(x·Aᵀ)·Bᵀ for attention's projections, experts
/// and dense FFNs (LoRA; Hu et al. 2021, arXiv:2106.09685). B starts at 0, so that training starts at the model itself.
/// </summary>
/// <remarks>
/// <para>The model's matrices are rewritten to W + (α/r)·B·A before a forward pass (<see cref="Apply"/>), and gradients go through them to
/// A and B. Whatever computes with the matrices, such as the fused kernels of experts, runs as it does without adapters, and what was
/// trained is the merged model itself. That costs, for every adapted matrix, a copy of W, and while a step is differentiated its gradient;
/// the optimiser keeps moments for A and B alone. Per step, 2·r multiply-adds for each number of the matrix, forward and backward.</para>
/// <para>The set owns A, B and the copies; the model stays its caller's. State-dict names are the matrix's with <c>lora_A.weight</c> [r, I]
/// and <c>lora_B.weight</c> [O, r] behind it; of stacked experts, [F, r, I] and [F, O, r].</para>
/// </remarks>
public sealed class AdapterSet : nn.Module
{
    private readonly LanguageModel _model;
    private readonly IReadOnlyList<LowRankAdapter> _adapters;
    private readonly IReadOnlyList<Parameter> _trained;

    /// <summary>Makes adapters for a model, whose parameters ask for no gradients until the set is disposed.</summary>
    /// <param name="model">The model. It must outlive the set.</param>
    /// <param name="options">Which matrices, and rank and scale.</param>
    /// <exception cref="ConfigurationException">An option is wrong.</exception>
    public AdapterSet(LanguageModel model, AdapterOptions options)
        : base(nameof(AdapterSet))
    {
        ConfigurationException.ThrowIfAny(options.Problems());
        (_model, Options) = (model, options);
        _trained = [.. model.parameters().Where(parameter => parameter.requires_grad)];
        foreach (Tensor parameter in _trained)
        {
            parameter.requires_grad = false;
        }

        var weights = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        _adapters =
        [
            .. AdaptedMatrix.Of(model, options).Select(matrix => new LowRankAdapter(matrix, weights[matrix.Name], options)),
        ];
        foreach (var adapter in _adapters)
        {
            register_parameter(adapter.NameOfA, adapter.A);
            register_parameter(adapter.NameOfB, adapter.B);
        }
    }

    /// <summary>The model that they adapt.</summary>
    public LanguageModel Model => _model;

    /// <summary>Rank, scale and targets.</summary>
    public AdapterOptions Options { get; }

    /// <summary>How many numbers train.</summary>
    public long TrainedParameters => parameters().Sum(parameter => parameter.numel());

    /// <summary>Writes the adapted matrices into the model, for the forward passes that follow: with gradients to the adapters where they
    /// are recorded, else merged for good until the next call.</summary>
    public void Apply()
    {
        foreach (var adapter in _adapters)
        {
            adapter.Write();
        }
    }

    /// <summary>Puts the model's own matrices back, bit for bit.</summary>
    public void Remove()
    {
        foreach (var adapter in _adapters)
        {
            adapter.Remove();
        }
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var adapter in _adapters)
            {
                adapter.Release();
                adapter.Dispose();
            }

            foreach (Tensor parameter in _trained)
            {
                parameter.requires_grad = true;
            }
        }

        base.Dispose(disposing);
    }
}
