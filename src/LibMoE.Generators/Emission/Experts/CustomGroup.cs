using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>A group of experts of a kind that the user wrote.</summary>
/// <param name="Model">The group.</param>
/// <param name="Slots">Its numbers.</param>
internal sealed record CustomGroup(ExpertGroupModel Model, GroupSlots Slots)
{
    private string Hidden => Slots.Hidden ?? "shape.Hidden";

    /// <summary>The field that holds the experts.</summary>
    public string Field => $"experts{Slots.Suffix}";

    /// <summary>The type of the field.</summary>
    public string FieldType => $"ExpertModules<{Model.KindType}>";

    /// <summary>The experts' names in the state dict.</summary>
    public string Component => Slots.Index is { } index ? $"experts.{index}" : "experts";

    /// <summary>The parameter rows as an expression.</summary>
    public string Specs =>
        $"ExpertModules.Specs<{Model.KindType}>({Text.Quote(Component + ".")}, {Slots.Space.Shape}, {Slots.Count}, {Hidden})";

    /// <summary>What makes the field's value.</summary>
    public string Create => $"new {FieldType}({Slots.Space.Shape}, {Text.Quote(Component + ".")}, {Slots.Count}, {Hidden})";

    /// <summary>The line of the description.</summary>
    public Formula Formula() =>
        new("experts", Text.Count(Model.Count, Model.Kind + " expert") + $" of hidden width {FeedForwardGroup.Width(Model)}"
            + (Model.Description is { } formula ? ":  " + formula : ""));

    /// <summary>The weighted sum over the picks of this group, [T, D], or [T, L] in a latent space.</summary>
    public string Sum(string picks) => $"{Field}.Run({Slots.Space.Input}, {picks}, weights_TK, first: {Slots.First})";

    /// <summary>Each pick's own output, [T, K, D].</summary>
    public string PerPick(string picks) => $"{Field}.PerPick({Slots.Space.Input}, {picks}, first: {Slots.First})";
}
