namespace LibMoE.Generators.Tests.Support;

/// <summary>A gate, a balancing term and an expert kind of a user's own, as they stand in the user's assembly.</summary>
internal static class CustomSource
{
    /// <summary>The parts, right in every respect.</summary>
    public const string Parts =
        """
        using System.ComponentModel;
        using LibMoE;
        using LibMoE.Runtime;
        using static TorchSharp.torch;

        namespace Mine;

        public enum Slope { Flat, Steep }

        [System.AttributeUsage(System.AttributeTargets.Class)]
        public sealed class TemperedGateAttribute(double tau) : GateAttribute<TemperedRouter>
        {
            public double Tau => tau;
            [DefaultValue(Slope.Flat)] public Slope Slope { get; init; }
            [DefaultValue(1)] public float Power { get; init; } = 1;
            public string? Note { get; init; }
            public System.Type? Tag { get; init; }
            public int[]? Steps { get; init; }
        }

        public sealed class TemperedRouter : nn.Module, IRouter<TemperedRouter, TemperedGateAttribute>
        {
            private readonly TorchSharp.Modules.Parameter weight;
            public TemperedRouter(RouterPlace place) : base("tempered")
            {
                weight = place.Parameter("weight", 0.02, place.Experts, place.Shape.Dim);
                RegisterComponents();
            }
            public static TemperedRouter Create(RouterPlace place, TemperedGateAttribute options) => new(place);
            public RouterScores Route(Tensor x_TD) => new(x_TD.matmul(weight.t()), x_TD.matmul(weight.t()).sigmoid());
        }

        [System.AttributeUsage(System.AttributeTargets.Class, AllowMultiple = true)]
        public sealed class SpreadAttribute(double coefficient) : BalanceAttribute<SpreadTerm>(coefficient)
        {
            [DefaultValue(2)] public int Power { get; init; } = 2;
        }

        public sealed class SpreadTerm : IBalanceTerm<SpreadAttribute>
        {
            public static Tensor Loss(BalanceInputs inputs, SpreadAttribute options) => inputs.Scores_TE.pow(options.Power).mean();
        }

        public sealed class Scaled : nn.Module<Tensor, Tensor>, IExpertKind<Scaled>
        {
            private readonly TorchSharp.Modules.Parameter weight;
            public Scaled(ExpertPlace place) : base("scaled")
            {
                weight = place.Parameter("weight", 0.02, place.Shape.Dim);
                RegisterComponents();
            }
            public static Scaled Create(ExpertPlace place) => new(place);
            public override Tensor forward(Tensor x) => x * weight;
        }
        """;
}
