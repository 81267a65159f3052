namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Names and their values, with those of the block around them.</summary>
/// <param name="outer">The block around; null for none.</param>
internal sealed class Scope(Scope? outer)
{
    private readonly Dictionary<string, JinjaValue> _values = [];

    /// <summary>The value of a name, which is undefined where there is none.</summary>
    public JinjaValue Find(string name)
    {
        for (var scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._values.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return new UndefinedValue($"'{name}'");
    }

    /// <summary>Gives a name a value in this block.</summary>
    public void Set(string name, JinjaValue value) => _values[name] = value;

    private Scope? Outer => outer;
}
