using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>One learned vector per token id.</summary>
internal sealed class TokenEmbedding : nn.Module<Tensor, Tensor>
{
    public TokenEmbedding(ParameterSource parameters, string prefix)
        : base(nameof(TokenEmbedding)) => register_parameter("weight", Weight_VD = parameters.Make(prefix + "weight"));

    /// <summary>[V, D]; a tied head uses it too.</summary>
    public Parameter Weight_VD { get; }

    public override Tensor forward(Tensor ids_SL) =>
        Weight_VD.index_select(0, ids_SL.reshape(-1)).reshape([.. ids_SL.shape, -1]);
}
