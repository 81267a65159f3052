using LibMoE;

namespace ManyMistakes;

[MoeLayer, Experts<SwiGlu>(4, Hidden = 32)]
public sealed partial class WithoutGate; // error MOE010

[MoeLayer]
[Experts<SwiGlu>(0, Hidden = 32)] // error MOE020
[SoftmaxGate(TopK = 2)]
public sealed partial class WithoutExperts;

[MoeLayer]
[Experts<SwiGlu>(4, Hidden = 32)]
[SharedExperts<Zero>(1)] // error MOE040
[SigmoidGate(
    TopK = 2,
    Groups = 3, // error MOE031
    TopGroups = 1)]
public sealed partial class TwoAtOnce;

[MoeLayer]
[Experts<SwiGlu>(4, Hidden = 32)]
[HashGate]
[SwitchBalance(0.01)] // error MOE050
public sealed partial class Unbalanced;

[MoeLayer]
[Experts<SwiGlu>(4, Hidden = 32)]
[SoftmaxGate(TopK = 2)]
[Vary(
    "TopK",
    3,
    5)] // error MOE030
public sealed partial class Family;

public static class Uses
{
    public static Type[] Members => [typeof(Family), typeof(Family_TopK3), typeof(Family_TopK5)];
}
