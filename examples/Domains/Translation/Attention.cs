using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Translation;

/// <summary>Attention of several heads (Vaswani et al. 2017): softmax(q·kᵀ/√C)·v, by tokens, to tokens that may be others.</summary>
internal sealed class Attention : nn.Module<Tensor, Tensor, Tensor?, Tensor>
{
    private const int Heads = 4;

    private readonly Linear query, keys, values, join;

    public Attention(int width)
        : base(nameof(Attention))
    {
        (query, keys, values, join) = (nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width));
        RegisterComponents();
    }

    /// <summary>Mixes values.</summary>
    /// <param name="x_SLD">Who looks.</param>
    /// <param name="seen_SPD">What is looked at.</param>
    /// <param name="mask_SP">False for what is not to be seen, bool; null where a token sees itself and those before it.</param>
    public override Tensor forward(Tensor x_SLD, Tensor seen_SPD, Tensor? mask_SP)
    {
        var mixed_SALC = nn.functional.scaled_dot_product_attention(
            Split(query.forward(x_SLD)), Split(keys.forward(seen_SPD)), Split(values.forward(seen_SPD)),
            attn_mask: mask_SP?.unsqueeze(1).unsqueeze(1).expand(-1, Heads, x_SLD.shape[1], -1), is_casual: mask_SP is null);
        return join.forward(mixed_SALC.transpose(1, 2).reshape(x_SLD.shape));
    }

    private static Tensor Split(Tensor x_SLD) => x_SLD.view(x_SLD.shape[0], x_SLD.shape[1], Heads, -1).transpose(1, 2);
}
