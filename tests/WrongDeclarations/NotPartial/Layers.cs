using LibMoE;

namespace NotPartial;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate(TopK = 2)]
public sealed class Smoe; // error MOE001

public static class Outer // error MOE001
{
    [MoeLayer, Experts<SwiGlu>(4, Hidden = 32), SoftmaxGate(TopK = 2)]
    public sealed partial class Nested;
}
