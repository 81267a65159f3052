using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Keeps what one forward pass gives each MoE layer, and what the residual stream is around each block.</summary>
internal sealed class LayerInputs : IDisposable
{
    private LayerInputs(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> stream) => (Inputs_TD, Stream_SLD) = (inputs, stream);

    /// <summary>Per MoE layer, x [T, D].</summary>
    public IReadOnlyList<Tensor> Inputs_TD { get; }

    /// <summary>The stream [S, L, D] before the first block and after each: Layers + 1 tensors.</summary>
    public IReadOnlyList<Tensor> Stream_SLD { get; }

    /// <summary>Runs a model that is in evaluation mode. The tensors belong to the result.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids_SL">Token ids.</param>
    public static LayerInputs Of(LanguageModel model, Tensor ids_SL)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (inputs, stream) = (new List<Tensor>(), new List<Tensor>());
        var hooks = model.MoeLayers.Select(layer => layer.register_forward_pre_hook((_, x, context) =>
        {
            inputs.Add(x.detach().reshape(-1, x.shape[^1]).clone().DetachFromDisposeScope());
            return (x, context);
        })).ToList();
        try
        {
            model.BlockRan = (_, x_SLD, _) => stream.Add(x_SLD.detach().clone().DetachFromDisposeScope());
            model.forward(ids_SL, new MoeContext { Losses = false });
        }
        finally
        {
            model.BlockRan = null;
            hooks.ForEach(hook => hook.remove());
        }

        var embedding_VD = model.named_parameters().Single(parameter => parameter.name == "embedding.weight").parameter;
        stream.Insert(0, embedding_VD.index_select(0, ids_SL.reshape(-1)).reshape([.. ids_SL.shape, -1]).detach().DetachFromDisposeScope());
        return new LayerInputs(inputs, stream);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var tensor in Inputs_TD.Concat(Stream_SLD))
        {
            tensor.Dispose();
        }
    }
}
