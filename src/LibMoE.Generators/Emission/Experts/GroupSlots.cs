using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>How the emitted class names the numbers of an expert group: how many experts, from which slot, how wide.</summary>
internal sealed class GroupSlots
{
    /// <summary>Names the numbers of a group.</summary>
    /// <param name="layer">The declaration.</param>
    /// <param name="group">The group.</param>
    /// <param name="index">Its place among several groups, or null for the only one.</param>
    /// <param name="before">The counts of the groups before it, as C# source.</param>
    public GroupSlots(LayerModel layer, ExpertGroupModel group, int? index, IEnumerable<string> before)
    {
        Index = index;
        Space = new LatentSpace(layer);
        Suffix = index is { } number ? Text.Integer(number) : "";
        var count = Constant.Of("F" + Suffix, group.Count);
        var hidden = Constant.Of("H" + Suffix, group.Hidden);
        Count = count.In(layer);
        Hidden = group.Hidden == 0 ? null : hidden.In(layer);
        First = string.Join(" + ", before.DefaultIfEmpty("0"));
        Constants = group.Hidden == 0 ? [count] : [count, hidden];
    }

    /// <summary>The group's place among several groups, or null for the only one.</summary>
    public int? Index { get; }

    /// <summary>The space that the experts work in.</summary>
    public LatentSpace Space { get; }

    /// <summary>The place as a part of names; empty for the only group.</summary>
    public string Suffix { get; }

    /// <summary>F: how many experts.</summary>
    public string Count { get; }

    /// <summary>H: the declared hidden width; null where the model gives it.</summary>
    public string? Hidden { get; }

    /// <summary>The first routable slot.</summary>
    public string First { get; }

    /// <summary>The constants behind the names.</summary>
    public IEnumerable<Constant> Constants { get; }
}
