using TorchSharp.Utils;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Vision;

/// <summary>Self-attention in which every token sees all: softmax(q·kᵀ/√C)·v.</summary>
internal sealed class VisionAttention : nn.Module<Tensor, Tensor>
{
    private readonly long _heads;

    [ComponentName(Name = "query")]
    private readonly Projection _query;

    [ComponentName(Name = "key")]
    private readonly Projection _key;

    [ComponentName(Name = "value")]
    private readonly Projection _value;

    [ComponentName(Name = "output")]
    private readonly Projection _output;

    public VisionAttention(VisionConfig config, ParameterSource parameters, string prefix)
        : base(nameof(VisionAttention))
    {
        _heads = config.Heads;
        _query = new Projection(parameters, prefix + "query.");
        _key = new Projection(parameters, prefix + "key.");
        _value = new Projection(parameters, prefix + "value.");
        _output = new Projection(parameters, prefix + "output.");
        RegisterComponents();
    }

    public override Tensor forward(Tensor x_IND)
    {
        using var scope = NewDisposeScope();
        var mixed_IANC = nn.functional.scaled_dot_product_attention(
            Heads(_query.forward(x_IND)), Heads(_key.forward(x_IND)), Heads(_value.forward(x_IND)));
        return _output.forward(mixed_IANC.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }

    // Every size is given: without an image none would follow from the others.
    private Tensor Heads(Tensor x_IND) =>
        x_IND.reshape(x_IND.shape[0], x_IND.shape[1], _heads, x_IND.shape[2] / _heads).transpose(1, 2);
}
