using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>Images as a language model reads them. Disposing it disposes its tensors.</summary>
/// <param name="vectors">[I, N, D].</param>
/// <param name="vision">How the encoder's MoE blocks routed their patches.</param>
/// <param name="connector">How the connector's mixture routed their features.</param>
public sealed class SeenImages(Tensor vectors, IReadOnlyList<Routing> vision, IReadOnlyList<Routing> connector) : IDisposable
{
    /// <summary>[I, N, D]: what stands in the text.</summary>
    public Tensor Vectors { get; } = vectors;

    /// <summary>How the encoder's MoE blocks routed their patches.</summary>
    public IReadOnlyList<Routing> Vision { get; } = vision;

    /// <summary>How the connector's mixture routed their features.</summary>
    public IReadOnlyList<Routing> Connector { get; } = connector;

    /// <summary>Sees images without gradients, to read them many times; what is kept belongs to no dispose scope: the caller disposes
    /// it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="images_ICHW">Normalised images [I, C, H, W].</param>
    public static SeenImages Of(VisionLanguageModel model, Tensor images_ICHW)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var seen = model.See(images_ICHW, new MoeContext { Losses = false });
        return new SeenImages(seen.Vectors.DetachFromDisposeScope(), [], []);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Vectors.Dispose();
        foreach (var routing in Vision.Concat(Connector))
        {
            routing.Dispose();
        }
    }
}
