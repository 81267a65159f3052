using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>Tells, during the backward pass of a language model, down to which block all gradients are complete.</summary>
internal sealed class BackwardTaps : IDisposable
{
    private readonly LanguageModel _model;
    private readonly Action<int> _reached;

    /// <summary>Of each block, how many forward passes through it have not been gone back through.</summary>
    private readonly int[] _open;

    private bool _isOn;

    /// <summary>Begins to watch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="reached">Receives a block's number when it and all later ones have their gradients.</param>
    public BackwardTaps(LanguageModel model, Action<int> reached)
    {
        (_model, _reached, _open) = (model, reached, new int[model.Config.Layers]);
        model.BlockInput = Tapped;
    }

    /// <summary>Says whether the passes to come are watched.</summary>
    public void Watch(bool isOn)
    {
        _isOn = isOn;
        Array.Clear(_open);
    }

    /// <inheritdoc/>
    public void Dispose() => _model.BlockInput = null;

    private Tensor Tapped(int block, Tensor x_SLD)
    {
        if (!_isOn || !x_SLD.requires_grad || !is_grad_enabled())
        {
            return x_SLD;
        }

        _open[block]++;
        return GradientTap.Of(x_SLD, () =>
        {
            if (--_open[block] == 0)
            {
                _reached(block);
            }
        });
    }
}
