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
        Forward = layer.Gate.Name == "SoftSlotsGate" ? new SoftSlotsForwardWriter() : new ForwardWriter();
        Experts = new ExpertLayout(layer);
        Terms = TermList(layer);
        NeedsOutputs = layer.Balance.Any(term => BalanceWriters.Of(term).Needs.HasFlag(TermNeeds.Outputs));
        NeedsScores = Gate.NeedsScores(layer) || layer.Balance.Any(term => BalanceWriters.Of(term).Needs.HasFlag(TermNeeds.Shares));
    }

    /// <summary>The declaration.</summary>
    public LayerModel Layer { get; }

    /// <summary>The gate's writer.</summary>
    public GateWriter Gate { get; }

    /// <summary>The writer of the forward pass.</summary>
    public ForwardWriter Forward { get; }

    /// <summary>The experts' slots.</summary>
    public ExpertLayout Experts { get; }

    /// <summary>The losses: key and expression, coefficient applied.</summary>
    public IReadOnlyList<(string Key, string Expression)> Terms { get; }

    /// <summary>Whether a term reads each pick's own output.</summary>
    public bool NeedsOutputs { get; }

    /// <summary>Whether the forward pass makes all scores.</summary>
    public bool NeedsScores { get; }

    /// <summary>Parameters and buffers in the order of the state dict, without those that modules of the user's own hold.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        foreach (var row in Gate.Parameters(Layer))
        {
            yield return row;
        }

        if (Layer.Balance.Any(term => term.Name == "BiasBalance"))
        {
            yield return new("router.score_bias", "scoreBias_E", "E", "") { Router = true, Buffer = true };
        }

        foreach (var row in Experts.Parameters().Concat(Layer.Shared is { } shared ? SharedGroup.Parameters(shared) : []))
        {
            yield return row;
        }
    }

    /// <summary>The lines that say what the layer computes.</summary>
    public IEnumerable<Formula> Formulas()
    {
        var output = Layer.Gate.Name == "SoftSlotsGate" ? "" : "y = Σ_{i∈I} w_i·f_i(x)" + (Layer.Shared is { } added ? " + " + SharedGroup.Summand(added) : "");
        var experts = Experts.Formulas().Concat(Layer.Shared is { } shared ? [SharedGroup.Formula(shared)] : []);
        Formula[] outputs = output.Length == 0 ? [] : [new Formula("output", output)];
        return experts.Concat(Gate.Formulas(Layer)).Concat(outputs).Concat(LimitFormulas()).Concat(LossFormulas());
    }

    private IEnumerable<Formula> LimitFormulas()
    {
        if (Layer.Capacity is { } capacity)
        {
            yield return new("capacity", $"C = ceil({Text.Number(capacity.Double("Factor"))}·T·K/E) picks per expert, first picks and earlier tokens first");
        }

        if (Layer.ExpertDropout is { } dropout)
        {
            yield return new("dropout", $"in training each (token, expert) is removed with probability {Text.Number(dropout.Double("Probability"))}");
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
            else if (BalanceWriters.Of(term).Expression?.Invoke(layer, term.Part) is { } expression)
            {
                var shares = Gate.ScoresAreShares ? expression.Replace("shares_TE", "scores_TE") : expression;
                terms.Add((key, $"BalanceTerms.Weighted({shares}, {Text.Double(BalanceWriters.Coefficient(term.Part))})"));
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
