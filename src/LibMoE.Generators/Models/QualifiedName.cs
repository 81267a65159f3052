namespace LibMoE.Generators.Models;

/// <summary>Names of emitted types and files.</summary>
internal static class QualifiedName
{
    /// <summary>
    /// Namespace, surrounding types and class name with dots between, without the <c>@</c> of escaped keywords and without type parameters.
    /// </summary>
    public static string Join(string ns, IEnumerable<string> outer, string name)
    {
        var types = outer.Select(header => header.Split(' ').Last().Split('<')[0]);
        return string.Join(".", new[] { ns }.Concat(types).Concat([name]).Where(part => part.Length > 0)).Replace("@", string.Empty);
    }
}
