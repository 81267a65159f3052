using LibMoE;

namespace BesideACompilerError;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 32)]
[SoftmaxGate(TopK = 6)] // error MOE030
public sealed partial class Smoe;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 32)]
[SoftmaxGate(TopN = 2)] // error CS0246
public sealed partial class Misspelt;

public class Other : Missing; // error CS0246
