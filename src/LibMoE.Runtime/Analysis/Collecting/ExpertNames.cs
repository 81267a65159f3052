using System.Globalization;

namespace LibMoE.Runtime.Analysis.Collecting;

/// <summary>What people call the routable experts of a layer: their kind, and a number where there are several of it.</summary>
internal static class ExpertNames
{
    /// <summary>[E] such as <c>SwiGlu 0</c>, <c>SwiGlu 1</c>, <c>Zero</c>.</summary>
    public static string[] Of(MoeDeclaration declaration)
    {
        var kinds = declaration.Experts.SelectMany(group => Enumerable.Repeat(group.Kind.Name, group.Count)).ToList();
        var counts = kinds.CountBy(kind => kind).ToDictionary();
        var numbers = new Dictionary<string, int>();
        return
        [
            .. kinds.Select(kind =>
            {
                var number = numbers.GetValueOrDefault(kind);
                numbers[kind] = number + 1;
                return counts[kind] == 1 ? kind : string.Create(CultureInfo.InvariantCulture, $"{kind} {number}");
            }),
        ];
    }
}
