using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>What follows from a declaration before a line of it is written.</summary>
internal sealed class EmissionPlan
{
    /// <summary>Decides what the emitted class has and computes.</summary>
    public EmissionPlan(LayerModel layer)
    {
        Layer = layer;
        Gate = layer.Gate.Implementation is null ? GateWriters.Of(layer.Gate.Name) : new CustomGateWriter();
        Experts = new ExpertLayout(layer);
        Terms = TermList(layer);
        Needs = layer.Balance.Aggregate(TermNeeds.None, (needs, term) => needs | BalanceWriters.Of(term).Needs);
        NeedsScores = Gate.NeedsScores(layer) || Needs.HasFlag(TermNeeds.Scores);
    }

    /// <summary>The declaration.</summary>
    public LayerModel Layer { get; }

    /// <summary>The gate's writer.</summary>
    public GateWriter Gate { get; }

    /// <summary>The experts' slots.</summary>
    public ExpertLayout Experts { get; }

    /// <summary>The losses: key and expression, coefficient applied.</summary>
    public IReadOnlyList<(string Key, string Expression)> Terms { get; }

    /// <summary>What the balancing terms read.</summary>
    public TermNeeds Needs { get; }

    /// <summary>Whether the layer remembers something of the calls of an optimiser step.</summary>
    public bool RemembersStep => Needs.HasFlag(TermNeeds.StepPicks) || ScoreBias.IsOnLogits(Layer);

    /// <summary>Whether the forward pass makes all scores.</summary>
    public bool NeedsScores { get; }

    /// <summary>The constants in the order in which they stand in the class.</summary>
    public IEnumerable<Constant> Constants =>
        new[] { Constant.Of("E", Layer.Slots) }.Concat(Gate.Constants(Layer)).Concat(Experts.Constants())
            .Where(constant => constant.Fits(Layer));

    /// <summary>Modules of the user's own that the layer holds.</summary>
    public IEnumerable<(string Type, string Field, string Name, string Create)> Modules() => Gate.CustomModules(Layer)
        .Concat(Experts.Custom.Select(group => (Type: group.FieldType, group.Field, Name: group.Component, group.Create)));

    /// <summary>What the class calls its constants and fields, besides the names that every layer has.</summary>
    public IEnumerable<string> MemberNames => Constants.Select(constant => constant.Name)
        .Concat(Parameters().Select(row => row.Field))
        .Concat(Modules().Select(module => module.Field))
        .Concat(Experts.SwiGluOptions().Select(options => options.Field))
        .Concat(Gate.OwnAttribute(Layer).Select(_ => CustomGateWriter.Attribute));

    /// <summary>The formulas as one text.</summary>
    public string Description => string.Join("\n", Formulas());

    /// <summary>Whether a parameter of the table has the model's width as a dim.</summary>
    public bool HasDim => Experts.HasDim || Gate.Parameters(Layer).Any();

    /// <summary>Parameters and buffers in the order of the state dict, without those that modules of the user's own hold.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        foreach (var row in Gate.Parameters(Layer))
        {
            yield return row;
        }

        foreach (var row in ScoreBias.Parameters(Layer).Concat(Experts.Parameters()))
        {
            yield return row;
        }
    }

    /// <summary>The lines that say what the layer computes.</summary>
    public IEnumerable<Formula> Formulas() =>
        Experts.Formulas().Concat(Gate.Formulas(Layer)).Concat(Gate.OutputFormulas(Experts))
            .Concat(LimitFormulas()).Concat(LossFormulas());

    private IEnumerable<Formula> LimitFormulas()
    {
        if (Layer.Capacity is { } capacity)
        {
            yield return new("capacity",
                $"C = ceil({Text.Number(capacity.Double("Factor"))}·T·K/E) picks per expert, "
                + (capacity.Int("By") == 0 ? "first picks and earlier tokens first" : "those of largest weight"));
        }

        if (Layer.ExpertDropout is { } dropout)
        {
            yield return new(
                "dropout", $"in training each (token, expert) is removed with probability {Text.Number(dropout.Double("Probability"))}");
        }
    }

    private IEnumerable<Formula> LossFormulas()
    {
        var label = "losses";
        foreach (var (term, key) in Layer.Balance.Zip(Keys(Layer), (term, key) => (term, key)))
        {
            yield return new(label, $"{key} = {BalanceWriters.CoefficientText(term)}·{BalanceWriters.Of(term).Formula(term.Part)}");
            label = "";
        }

        foreach (var (key, text) in Gate.OwnLossFormulas(Layer))
        {
            yield return new(label, $"{key} = {text}");
            label = "";
        }
    }

    private List<(string Key, string Expression)> TermList(LayerModel layer)
    {
        var terms = new List<(string Key, string Expression)>();
        var index = 0;
        foreach (var (term, key) in layer.Balance.Zip(Keys(layer), (term, key) => (term, key)))
        {
            var declared = $"Declared.Balance[{index++}]";
            if (term.Implementation is { } implementation)
            {
                var loss = $"{implementation}.Loss(terms, ({term.Part.TypeName}){declared})";
                terms.Add((key, $"BalanceTerms.Weighted({loss}, {declared}.Coefficient)"));
            }
            else if (BalanceWriters.Of(term).Expression?.Invoke(new TermPlace(layer, term.Part, Gate.Names)) is { } expression)
            {
                terms.Add((key, $"BalanceTerms.Weighted({expression}, {Text.Double(BalanceWriters.Coefficient(term.Part))})"));
            }
        }

        terms.AddRange(Gate.OwnLosses(layer));
        return terms;
    }

    /// <summary>Each term's key; a repeat of a key gets #2, #3, …</summary>
    private static IEnumerable<string> Keys(LayerModel layer)
    {
        var seen = new Dictionary<string, int>();
        foreach (var term in layer.Balance)
        {
            var key = term.Name + (BalanceWriters.Of(term).Key?.Invoke(term.Part) ?? "");
            seen[key] = seen.TryGetValue(key, out var count) ? count + 1 : 1;
            yield return seen[key] == 1 ? key : $"{key}#{seen[key]}";
        }
    }
}
