using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>One learned vector per token id.</summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight_VD;

    public TokenEmbedding(ParameterSource parameters, string prefix)
        : base(nameof(TokenEmbedding))
    {
        _weight_VD = parameters.Make(prefix + "weight");
        RegisterComponents();
    }

    /// <summary>[V, D]; a tied head uses it too.</summary>
    public Parameter Weight_VD => _weight_VD;

    public override Tensor forward(Tensor ids_SL) =>
        _weight_VD.index_select(0, ids_SL.reshape(-1)).reshape([.. ids_SL.shape, -1]);
}
