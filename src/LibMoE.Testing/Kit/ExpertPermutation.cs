using System.Globalization;
using LibMoE.Runtime.Testing.Oracle;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Testing.Kit;

/// <summary>
/// Another order of the routable slots that the declaration cannot tell from the first one: experts trade places within their kind, and
/// with group-limited picks within their group.
/// </summary>
internal sealed class ExpertPermutation
{
    private readonly MoeDeclaration _declaration;
    private readonly long[] _order;

    public ExpertPermutation(MoeDeclaration declaration, int seed)
    {
        _declaration = declaration;
        var random = new Random(seed);
        _order = new long[declaration.RoutableExperts];
        foreach (var cell in Enumerable.Range(0, _order.Length).GroupBy(slot => (Kind(slot), Group(slot))))
        {
            var (slots, shuffled) = (cell.ToArray(), cell.ToArray());
            random.Shuffle(shuffled);
            foreach (var (slot, old) in slots.Zip(shuffled))
            {
                _order[slot] = old;
            }
        }
    }

    /// <summary>The state dict of the layer whose slot i holds the old expert order[i].</summary>
    public Dictionary<string, Tensor> Apply(IReadOnlyDictionary<string, Tensor> state) =>
        state.ToDictionary(entry => entry.Key, entry => Values(entry.Key, state));

    /// <summary>A tensor whose last dim are the slots, reordered.</summary>
    public Tensor? Columns(Tensor? values) => values?.index_select(-1, tensor(_order, ScalarType.Int64, values.device));

    /// <summary>Picks of new slots as the old experts they hold.</summary>
    public Tensor? OldSlots(Tensor? experts_TK)
    {
        if (experts_TK is null)
        {
            return null;
        }

        var old = tensor(_order, ScalarType.Int64, experts_TK.device);
        return old.index_select(0, experts_TK.clamp_min(Scalars.Zero).reshape(-1)).reshape(experts_TK.shape)
            .masked_fill(experts_TK.lt(Scalars.Zero), Scalars.MinusOne);
    }

    private Tensor Values(string name, IReadOnlyDictionary<string, Tensor> state)
    {
        var values = state[name];
        return name switch
        {
            "router.projection" or "router.temperature" or "router.l1" or "router.embedding" or "router.score_bias_steps"
                or "router.shared" => values,
            "router.residual" => Columns(Rows(values, _order))!,
            _ when name.StartsWith("router.hyper_in.", StringComparison.Ordinal) => values,
            _ when name.StartsWith("router.", StringComparison.Ordinal) => Rows(values, RouterRows((int)values.shape[0])),
            _ when name.StartsWith("constant.", StringComparison.Ordinal) => Rows(values, Local(group => group.Kind == typeof(Constant))),
            _ when name.StartsWith("experts.", StringComparison.Ordinal) => Expert(name, state),
            _ => values,
        };
    }

    /// <summary>Rows of an expert stand together; a ternary router has all + rows, then all − rows, then the null ones.</summary>
    private long[] RouterRows(int rows)
    {
        var e = _order.Length;
        return _declaration.Kind == RoutingKind.Ternary && rows > e
            ? [.. _order, .. _order.Select(old => old + e), .. Enumerable.Range(2 * e, rows - (2 * e)).Select(row => (long)row)]
            : [.. _order.SelectMany(old => Enumerable.Range(0, rows / e).Select(row => (old * (rows / e)) + row))];
    }

    private Tensor Expert(string name, IReadOnlyDictionary<string, Tensor> state)
    {
        var groups = _declaration.Experts.Where(group => !OracleExperts.IsZeroCompute(group.Kind)).ToList();
        var parts = name.Split('.');
        var group = groups.Count > 1 ? groups[int.Parse(parts[1], CultureInfo.InvariantCulture)] : groups[0];
        var local = Local(other => ReferenceEquals(other, group));
        var at = groups.Count > 1 ? 2 : 1;
        if (!int.TryParse(parts[at], CultureInfo.InvariantCulture, out var index))
        {
            return Rows(state[name], local);
        }

        // A user's own kind has one module per expert.
        parts[at] = local[index].ToString(CultureInfo.InvariantCulture);
        return state[string.Join('.', parts)];
    }

    /// <summary>The new order of some slots, counted from the first of them.</summary>
    private long[] Local(Func<ExpertGroupAttribute, bool> chosen)
    {
        var slots = Enumerable.Range(0, _order.Length).Where(slot => chosen(_declaration.Experts[Kind(slot)])).ToList();
        return [.. slots.Select(slot => (long)slots.IndexOf((int)_order[slot]))];
    }

    private int Kind(int slot)
    {
        var group = 0;
        for (var first = 0; slot >= first + _declaration.Experts[group].Count; group++)
        {
            first += _declaration.Experts[group].Count;
        }

        return group;
    }

    private int Group(int slot) =>
        _declaration.Gate is GroupedGateAttribute { Groups: > 0 } gate ? slot * gate.Groups / _declaration.RoutableExperts : 0;

    private static Tensor Rows(Tensor values, long[] order) => values.index_select(0, tensor(order, ScalarType.Int64, values.device));
}
