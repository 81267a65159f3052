using LibMoE.Generators.Helpers;
using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>
/// Writes what one gate decides: its parameters, its formulas, and the part of the forward pass that ends with picks and weights.
/// </summary>
internal abstract class GateWriter
{
    /// <summary>The member of <c>RoutingKind</c> that the layer returns.</summary>
    public abstract string Kind { get; }

    /// <summary>How many experts a token uses, as C# source; the mean where the gate does not fix it.</summary>
    public abstract string PicksPerToken(LayerModel layer);

    /// <summary>What the combine weights of a token's picks sum to; null where that depends on the token.</summary>
    public virtual double? WeightSum(LayerModel layer) => null;

    /// <summary>Whether the gate reads the logits of the MoE layer before.</summary>
    public virtual bool ReadsPreviousLogits => false;

    /// <summary>The constants that the gate's numbers have.</summary>
    public virtual IEnumerable<Constant> Constants(LayerModel layer) => [];

    /// <summary>What a letter of a shape means under this gate; null for what it means under every gate.</summary>
    public virtual string? Meaning(char letter) => null;

    /// <summary>What the forward pass calls the gate's tensors.</summary>
    public virtual TensorNames Names => ScoresAreShares ? new TensorNames(Shares: "scores_TE") : new TensorNames();

    /// <summary>The writer of the forward pass.</summary>
    public virtual ForwardWriter Forward => new();

    /// <summary>The line of the layer's output.</summary>
    public virtual IEnumerable<Formula> OutputFormulas(ExpertLayout experts) =>
        [new("output", "y = " + (experts.Shared?.OutputWith(experts.Space.Sum) ?? experts.Space.Sum))];

    /// <summary>Whether scores sum to 1 over the experts, so that they are their own shares.</summary>
    public virtual bool ScoresAreShares => true;

    /// <summary>Shares of scores that sum to 1, where the scores do not.</summary>
    public virtual string Shares => "BalanceTerms.Shares(scores_TE)";

    /// <summary>Whether the gate makes logits.</summary>
    public virtual bool HasLogits(LayerModel layer) => true;

    /// <summary>What the parameter table calls numbers of the gate that the model gives: name and source.</summary>
    public virtual IEnumerable<(string Name, string Source)> ModelWidths(LayerModel layer) => [];

    /// <summary>Statements that follow the parameters in the constructor.</summary>
    public virtual IEnumerable<string> Start(LayerModel layer) => [];

    /// <summary>Names of parameters and buffers, in the order of the state dict.</summary>
    public abstract IEnumerable<ParameterRow> Parameters(LayerModel layer);

    /// <summary>The gate and weight lines of the description.</summary>
    public abstract IEnumerable<Formula> Formulas(LayerModel layer);

    /// <summary>Whether the forward pass makes all scores anyway, for the picks or the weights.</summary>
    public virtual bool NeedsScores(LayerModel layer) => false;

    /// <summary>
    /// Writes the routing: afterwards the tensors of <see cref="Names"/> (scores if <paramref name="scores"/>), <c>experts_TK</c> and the
    /// local function <c>Weigh</c> are in scope.
    /// </summary>
    public abstract void WriteRouting(LayerModel layer, IndentedWriter writer, bool scores);

    /// <summary>Whether scores depend on the picks, so that they are made from <see cref="LazyScores"/> once the picks are final.</summary>
    public virtual bool ScoresFollowPicks => false;

    /// <summary>How the returned routing gets its scores where the forward pass does not make them.</summary>
    public virtual string? LazyScores(LayerModel layer) => null;

    /// <summary>Terms that the gate itself adds to the losses, as (key, expression).</summary>
    public virtual IEnumerable<(string Key, string Expression)> OwnLosses(LayerModel layer) => [];

    /// <summary>The formulas of those terms.</summary>
    public virtual IEnumerable<(string Key, string Formula)> OwnLossFormulas(LayerModel layer) => [];

    /// <summary>Parameter rows of a router that the user wrote, as expressions to spread.</summary>
    public virtual IEnumerable<string> CustomSpecs(LayerModel layer) => [];

    /// <summary>Modules of the user's own that the layer holds.</summary>
    public virtual IEnumerable<(string Type, string Field, string Name, string Create)> CustomModules(LayerModel layer) => [];

    /// <summary>Statements that run after each optimiser step.</summary>
    public virtual IEnumerable<string> AfterStep(LayerModel layer) => [];

    /// <summary>Statements of the user's own gate's attribute, made again before the declaration; empty for built-in gates.</summary>
    public virtual IEnumerable<string> OwnAttribute(LayerModel layer) => [];

    /// <summary>Whether tokens are routed alone, as C# source.</summary>
    public virtual string RoutesTokensAlone(LayerModel layer) => KnownGates.Of(layer.Gate).RoutesTokensAlone == true ? "true" : "false";

    /// <summary>K of a gate with a declared number of picks.</summary>
    protected static Constant TopK(LayerModel layer) => Constant.Of("K", layer.Gate.Part.Int("TopK"));

    /// <summary>The initial standard deviation of the router as C# source.</summary>
    protected static string Std(LayerModel layer) => "Std: " + Text.Double(layer.Gate.Part.Double("InitStd"));

    /// <summary>The router's input: the tokens, shaken in training if the declaration says so.</summary>
    protected static string WriteInput(LayerModel layer, IndentedWriter writer)
    {
        var jitter = layer.Gate.Part.Double("Jitter");
        if (jitter == 0)
        {
            return "x_TD";
        }

        writer.Line($"var router_TD = RouterNoise.Jitter(x_TD, {Text.Double(jitter)}, training);");
        return "router_TD";
    }

    /// <summary>The bias row, where declared.</summary>
    protected static IEnumerable<ParameterRow> BiasRow(LayerModel layer, string letter = "E", string? slots = null)
    {
        if (layer.Gate.Part.Bool("RouterBias"))
        {
            yield return new("router.bias", "routerBias_" + letter, slots ?? letter, "") { Router = true };
        }
    }

    /// <summary>The bias as a last argument, where declared.</summary>
    protected static string BiasArgument(LayerModel layer, string letter = "E") =>
        layer.Gate.Part.Bool("RouterBias") ? ", routerBias_" + letter : "";

    /// <summary>The bias as a last summand, where declared.</summary>
    protected static string BiasTerm(LayerModel layer) => layer.Gate.Part.Bool("RouterBias") ? " + b" : "";

    /// <summary>Whether picks are made on s + b.</summary>
    protected static bool HasScoreBias(LayerModel layer) => ScoreBias.Of(layer) is not null;
}
