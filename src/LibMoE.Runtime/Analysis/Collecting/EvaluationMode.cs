using static TorchSharp.torch;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>Evaluation mode without gradients, until disposed; the model is then left in the mode that it was in.</summary>
internal sealed class EvaluationMode : IDisposable
{
    private readonly nn.Module _module;
    private readonly bool _training;
    private readonly IDisposable _quiet = no_grad();

    public EvaluationMode(nn.Module module)
    {
        (_module, _training) = (module, module.training);
        module.eval();
    }

    public void Dispose()
    {
        _module.train(_training);
        _quiet.Dispose();
    }
}
