using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>What generated code needs around experts of the user's own.</summary>
public static class ExpertModules
{
    /// <summary>The parameter table of a group, read off one expert on the meta device.</summary>
    /// <exception cref="UnregisteredPartException">The expert has a parameter that it has not registered.</exception>
    public static IEnumerable<ParameterSpec> Specs<TExpert>(string prefix, MoeShape shape, int count, long hidden)
        where TExpert : nn.Module<Tensor, Tensor>, IExpertKind<TExpert>
    {
        using var scope = NewDisposeScope();
        using var expert = TExpert.Create(new ExpertPlace(hidden, shape with { Device = META }, prefix));
        OwnParts.Check(expert);
        var one = expert.named_parameters().Select(parameter => (parameter.name, parameter.parameter.shape)).ToList();
        return Enumerable.Range(0, count)
            .SelectMany(i => one.Select(
                parameter => new ParameterSpec($"{prefix}{i}.{parameter.name}", parameter.shape) { Expert = $"{prefix}{i}" }))
            .ToList();
    }
}

/// <summary>A group of experts of the user's own kind, computed one after the other on the rows that picked them.</summary>
/// <remarks>An expert that nothing picked gets gradients of 0, as built-in ones do, whose parameters stand in one tensor: an optimiser
/// moves both alike by their momentum and weight decay.</remarks>
/// <typeparam name="TExpert">The kind.</typeparam>
public sealed class ExpertModules<TExpert> : nn.Module
    where TExpert : nn.Module<Tensor, Tensor>, IExpertKind<TExpert>
{
    private readonly List<TExpert> _experts = [];
    private readonly long _output;

    /// <summary>Makes and registers the experts.</summary>
    public ExpertModules(MoeShape shape, string prefix, int count, long hidden)
        : base(typeof(TExpert).Name)
    {
        _output = shape.OutputWidth;
        for (var i = 0; i < count; i++)
        {
            var name = i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            var expert = OwnParts.Keep(TExpert.Create(new ExpertPlace(hidden, shape, $"{prefix}{name}.")));
            register_module(name, expert);
            _experts.Add(expert);
        }
    }

    /// <summary>Σ_k w·f_e(x) over the picks of slots [first, first + count).</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="weights_TK">Combine weights, [T, K].</param>
    /// <param name="first">The first slot of the group.</param>
    /// <returns>The sum over the group's picks, [T, D].</returns>
    public Tensor Run(Tensor x_TD, Tensor experts_TK, Tensor weights_TK, int first)
    {
        var y_TD = zeros([x_TD.shape[0], _output], x_TD.dtype, x_TD.device);
        foreach (var (expert, at_N2) in Places(experts_TK, first))
        {
            if (at_N2.shape[0] == 0)
            {
                y_TD = y_TD.Plus(Untouched(expert, y_TD));
                continue;
            }

            var token_N = at_N2.select(1, 0);
            var pick_N = token_N.Times(experts_TK.shape[1]).Plus(at_N2.select(1, 1));
            var weight_N1 = weights_TK.reshape(-1).index_select(0, pick_N).unsqueeze(-1);
            y_TD = y_TD.index_add(0, token_N, expert.call(x_TD.index_select(0, token_N)) * weight_N1.to(x_TD.dtype), Scalars.One);
        }

        return y_TD;
    }

    /// <summary>Each pick's own output, 0 for other picks, [T, K, D].</summary>
    /// <param name="x_TD">Tokens, [T, D].</param>
    /// <param name="experts_TK">Picks, int64 [T, K]; −1 where empty.</param>
    /// <param name="first">The first slot of the group.</param>
    /// <returns>[T, K, D].</returns>
    public Tensor PerPick(Tensor x_TD, Tensor experts_TK, int first)
    {
        var k = experts_TK.shape[1];
        var y_ND = zeros(new[] { experts_TK.numel(), _output }, x_TD.dtype, x_TD.device);
        foreach (var (expert, at_N2) in Places(experts_TK, first))
        {
            if (at_N2.shape[0] == 0)
            {
                y_ND = y_ND.Plus(Untouched(expert, y_ND));
                continue;
            }

            var token_N = at_N2.select(1, 0);
            y_ND = y_ND.index_add(0, token_N.Times(k).Plus(at_N2.select(1, 1)), expert.call(x_TD.index_select(0, token_N)), Scalars.One);
        }

        return y_ND.reshape(-1, k, _output);
    }

    /// <summary>The outputs of rows in the order of the experts, as many rows for each.</summary>
    /// <param name="x_ND">Rows in the order of the experts, as many for each, [N, D].</param>
    /// <returns>The outputs in the same order, [N, D].</returns>
    public Tensor Rows(Tensor x_ND)
    {
        var parts = x_ND.chunk(_experts.Count, 0);
        return cat(_experts.Select((expert, i) => expert.call(parts[i])).ToArray(), 0);
    }

    /// <summary>A zero that depends on every parameter of an expert.</summary>
    private static Tensor Untouched(TExpert expert, Tensor like) => expert.parameters()
        .Where(parameter => parameter.requires_grad)
        .Aggregate(
            zeros([], like.dtype, like.device), (sum, parameter) => sum.Plus(parameter.flatten().narrow(0, 0, 0).sum().to(like.dtype)));

    private IEnumerable<(TExpert Expert, Tensor At_N2)> Places(Tensor experts_TK, int first) =>
        _experts.Select((expert, i) => (expert, experts_TK.Is(first + i).nonzero()));
}
