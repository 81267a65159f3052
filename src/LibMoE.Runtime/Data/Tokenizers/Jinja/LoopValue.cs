namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>What a loop's body knows of the loop (<c>loop</c>).</summary>
/// <param name="items">All of its values.</param>
/// <param name="index">The turn, from 0.</param>
internal sealed class LoopValue(IReadOnlyList<JinjaValue> items, int index) : JinjaValue
{
    private static readonly Dictionary<string, Func<LoopValue, JinjaValue>> Rows = new()
    {
        ["index"] = loop => new WholeValue(loop.Index + 1),
        ["index0"] = loop => new WholeValue(loop.Index),
        ["revindex"] = loop => new WholeValue(loop.Count - loop.Index),
        ["revindex0"] = loop => new WholeValue(loop.Count - loop.Index - 1),
        ["first"] = loop => Of(loop.Index == 0),
        ["last"] = loop => Of(loop.Index == loop.Count - 1),
        ["length"] = loop => new WholeValue(loop.Count),
        ["previtem"] = loop => loop.At(loop.Index - 1, "the value before the first"),
        ["nextitem"] = loop => loop.At(loop.Index + 1, "the value behind the last"),
        ["depth"] = _ => new WholeValue(1),
        ["depth0"] = _ => new WholeValue(0),
        ["cycle"] = loop => new FunctionValue("cycle", given => given.Positions.Count > 0
            ? given.Positions[loop.Index % given.Positions.Count]
            : throw new JinjaException("loop.cycle needs a value")),
    };

    /// <inheritdoc />
    public override bool IsTrue => true;

    /// <inheritdoc />
    public override string Kind => "a loop";

    private int Index => index;

    private int Count => items.Count;

    /// <summary>What it knows; null where there is no such thing.</summary>
    public JinjaValue? Member(string name) => Rows.TryGetValue(name, out var row) ? row(this) : null;

    private JinjaValue At(int place, string what) => place >= 0 && place < Count ? items[place] : new UndefinedValue(what);
}
