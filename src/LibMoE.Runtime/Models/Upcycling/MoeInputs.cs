using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Upcycling;

/// <summary>What the MoE layers of a model see on a text.</summary>
internal static class MoeInputs
{
    /// <summary>Each layer with its input tokens [T, D], which the caller disposes.</summary>
    public static IReadOnlyList<(MoeLayer Layer, Tensor Inputs_TD)> Of(LanguageModel model, Tensor ids_SL)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var seen = new List<(MoeLayer, Tensor)>();
        var hooks = model.MoeLayers.Select(layer => layer.register_forward_pre_hook((module, x, context) =>
        {
            seen.Add((layer, x.detach().reshape(-1, x.shape[^1]).clone().DetachFromDisposeScope()));
            return (x, context);
        })).ToList();
        try
        {
            model.forward(ids_SL, new MoeContext { Losses = false });
        }
        finally
        {
            hooks.ForEach(hook => hook.remove());
        }

        return seen;
    }
}
