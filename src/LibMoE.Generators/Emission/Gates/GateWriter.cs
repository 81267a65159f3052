using LibMoE.Generators.Helpers;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>
/// Writes what one gate decides: its parameters, its formulas, and the part of the forward pass that ends with picks and weights.
/// </summary>
internal abstract class GateWriter
{
    /// <summary>The member of <c>RoutingKind</c> that the layer returns.</summary>
    public virtual string Kind => "TokenChoice";

    /// <summary>Whether the emitted class has a constant K.</summary>
    public virtual bool HasTopK => true;

    /// <summary>Whether scores sum to 1 over the experts, so that they are their own shares.</summary>
    public virtual bool ScoresAreShares => true;

    /// <summary>Shares of scores that sum to 1, where the scores do not.</summary>
    public virtual string Shares => "BalanceTerms.Shares(scores_TE)";

    /// <summary>Whether the gate makes logits.</summary>
    public virtual bool HasLogits => true;

    /// <summary>Names of parameters and buffers, in the order of the state dict.</summary>
    public abstract IEnumerable<ParameterRow> Parameters(LayerModel layer);

    /// <summary>The gate and weight lines of the description.</summary>
    public abstract IEnumerable<Formula> Formulas(LayerModel layer);

    /// <summary>Whether the forward pass makes all scores anyway, for the picks or the weights.</summary>
    public virtual bool NeedsScores(LayerModel layer) => false;

    /// <summary>
    /// Writes the routing: afterwards <c>logits_TE</c> (with logits), <c>scores_TE</c> (if <paramref name="scores"/>), <c>experts_TK</c>,
    /// <c>weights_TK</c> and the local function <c>Weigh</c> are in scope.
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
    protected static IEnumerable<ParameterRow> BiasRow(LayerModel layer, string slots = "E")
    {
        if (layer.Gate.Part.Bool("RouterBias"))
        {
            yield return new("router.bias", "routerBias_E", slots, "") { Router = true };
        }
    }

    /// <summary>The bias as a last argument, where declared.</summary>
    protected static string BiasArgument(LayerModel layer) => layer.Gate.Part.Bool("RouterBias") ? ", routerBias_E" : "";

    /// <summary>The bias as a last summand, where declared.</summary>
    protected static string BiasTerm(LayerModel layer) => layer.Gate.Part.Bool("RouterBias") ? " + b" : "";

    /// <summary>Whether picks are made on s + b.</summary>
    protected static bool HasScoreBias(LayerModel layer) => layer.Balance.Any(term => term.Name == "BiasBalance");
}
