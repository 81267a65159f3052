using LibMoE.Runtime.Studies.Search;

namespace LibMoE.Runtime;

/// <summary>What a search chooses from: members that exist, each with a value on every axis. Members are called by their numbers.</summary>
/// <remarks>Not every combination of values need exist: the generator has refused some, and nobody declared others. A step that would lead
/// to none leads to the member that has most of the values wanted.</remarks>
public sealed class SearchSpace
{
    private const string Absent = "none";

    private readonly string[][] _genes;
    private readonly Dictionary<string, int> _members;
    private readonly string[][] _values;

    /// <summary>A space of members that are known by their values.</summary>
    /// <param name="members">Values by axis; an axis that a member lacks has the value <c>none</c> there.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are none.</exception>
    public SearchSpace(IReadOnlyList<IReadOnlyDictionary<string, string>> members)
    {
        ArgumentOutOfRangeException.ThrowIfZero(members.Count);
        Axes =
        [
            .. members.SelectMany(member => member.Keys).Distinct()
                .Where(axis => members.Select(member => member.GetValueOrDefault(axis, Absent)).Distinct().Skip(1).Any()),
        ];
        _genes = [.. members.Select(member => Axes.Select(axis => member.GetValueOrDefault(axis, Absent)).ToArray())];
        _members = _genes.Index().DistinctBy(member => Key(member.Item)).ToDictionary(member => Key(member.Item), member => member.Index);
        _values = [.. Axes.Select((_, axis) => _genes.Select(genes => genes[axis]).Distinct().ToArray())];
    }

    /// <summary>What differs among the members: options of the declarations, then settings of the grid.</summary>
    public IReadOnlyList<string> Axes { get; }

    /// <summary>How many members there are.</summary>
    public int Count => _genes.Length;

    /// <summary>The space of declared layers under settings. Options are named by their part, as <c>Gate.TopK</c>.</summary>
    /// <param name="members">Each a declaration with the settings that it would be trained by.</param>
    public static SearchSpace Of(IEnumerable<(MoeDeclaration Declaration, IReadOnlyDictionary<string, string> Settings)> members)
    {
        var all = members.ToList();
        var genes = all.Select(member => member.Declaration).Distinct().ToDictionary(layer => layer, DeclarationGenes.Of);
        var areTold = genes.Values.Select(options => string.Join('\n', options)).Distinct().Count() == genes.Count;
        return new SearchSpace([.. all.Select(member => new Dictionary<string, string>([
            .. areTold ? [] : new Dictionary<string, string> { ["Declaration"] = member.Declaration.Name },
            .. genes[member.Declaration],
            .. member.Settings,
        ]))]);
    }

    /// <summary>A member's value on an axis.</summary>
    public string Gene(int member, int axis) => _genes[member][axis];

    /// <summary>The values of an axis, in the order in which members have them first.</summary>
    public IReadOnlyList<string> Values(int axis) => _values[axis];

    /// <summary>Any member, each as likely as another.</summary>
    public int Draw(Random random) => random.Next(Count);

    /// <summary>The member with another value on one axis, and as much as there is of the rest.</summary>
    public int With(int member, int axis, string value) =>
        Nearest([.. _genes[member].Select((gene, at) => at == axis ? value : gene)], genes => genes[axis] == value);

    /// <summary>The member with another value on an axis, both drawn.</summary>
    public int Mutate(int member, Random random)
    {
        if (Axes.Count == 0)
        {
            return member;
        }

        return Mutate(member, random.Next(Axes.Count), random);
    }

    /// <summary>The member with another value on one axis, drawn.</summary>
    public int Mutate(int member, int axis, Random random)
    {
        var others = _values[axis].Where(value => value != _genes[member][axis]).ToArray();
        return With(member, axis, others[random.Next(others.Length)]);
    }

    /// <summary>A child of two members: on each axis it has the value of either, drawn (uniform crossover, Syswerda 1989).</summary>
    public int Cross(int one, int other, Random random) =>
        Nearest([.. _genes[one].Zip(_genes[other]).Select(genes => random.Next(2) == 0 ? genes.First : genes.Second)], _ => true);

    private int Nearest(string[] wanted, Predicate<string[]> allowed)
    {
        if (_members.TryGetValue(Key(wanted), out var exact))
        {
            return exact;
        }

        var (best, most) = (-1, -1);
        foreach (var (member, genes) in _genes.Index().Where(member => allowed(member.Item)))
        {
            var equal = genes.Zip(wanted).Count(pair => pair.First == pair.Second);
            (best, most) = equal > most ? (member, equal) : (best, most);
        }

        return best;
    }

    private static string Key(string[] genes) => string.Join('\n', genes);
}
