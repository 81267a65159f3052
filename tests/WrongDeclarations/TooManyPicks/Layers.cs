using LibMoE;
using LibMoE.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace TooManyPicks;

[MoeLayer]
[Experts<SwiGlu>(4, Hidden = 32)]
[SoftmaxGate(TopK = 6)] // error MOE030
public sealed partial class Smoe;

// Code that uses the layer gets no errors of its own.
public static class Uses
{
    public static MoeOutput Run(TorchSharp.torch.Tensor x)
    {
        using var layer = Smoe.Create(new MoeShape(16));
        return layer.forward(x);
    }

    public static IServiceCollection Register(IServiceCollection services) => services.AddMoeVariants();

    public static IEnumerable<MoeVariant> Variants => [MoeVariant.Of<Smoe>(), .. TooManyPicksVariants.All];
}
