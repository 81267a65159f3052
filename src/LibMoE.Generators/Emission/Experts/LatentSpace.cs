using LibMoE.Generators.Known;
using LibMoE.Generators.Models;

namespace LibMoE.Generators.Emission;

/// <summary>The space that routed experts work in: the model's own, or a latent one with a projection in and one out.</summary>
/// <param name="Layer">The declaration.</param>
internal sealed record LatentSpace(LayerModel Layer)
{
    private const string NormField = "latentNorm_L";

    private PartModel? Part => Layer.Latent;

    private bool HasNorm => Part?.Bool("Norm") == true;

    /// <summary>Whether it is another one than the model's.</summary>
    public bool IsLatent => Part is not null;

    /// <summary>The letter of its width in shapes.</summary>
    public string Letter => IsLatent ? "L" : "D";

    /// <summary>Its width as C# source, where a parameter table names it.</summary>
    public string Width => IsLatent ? Constant.In(Layer) : "D";

    /// <summary>The shape that experts of the user's own are made for.</summary>
    public string Shape => IsLatent ? $"shape with {{ Dim = {Constant.In(Layer)}, Output = 0 }}" : "shape";

    /// <summary>The experts' input in formulas.</summary>
    public string Symbol => IsLatent ? "z" : "x";

    /// <summary>Whether weights multiply what experts read.</summary>
    public bool WeighsInput => GateOptions.Has(Layer, "WeighInput");

    /// <summary>The tokens in that space, in the forward pass.</summary>
    public string Tokens => $"{Symbol}_T{Letter}";

    /// <summary>The experts' input in the forward pass: the tokens, or a row for each pick where weights multiply them.</summary>
    public string Input => WeighsInput ? $"rows_N{Letter}" : Tokens;

    /// <summary>Each pick's own output in a row of its own.</summary>
    public string RowOutputs => $"outputs_N1{Letter}";

    /// <summary>The routed output in the forward pass.</summary>
    public string Output => $"y_T{Letter}";

    /// <summary>Each pick's own output in the forward pass.</summary>
    public string Outputs => $"outputs_TK{Letter}";

    /// <summary>The routed output's formula.</summary>
    public string Sum => !IsLatent ? Weighted : HasNorm ? $"(rms({Weighted}) ⊙ n)·B" : $"({Weighted})·B";

    private string Weighted => WeighsInput ? $"Σ_{{i∈I}} f_i(w_i·{Symbol})" : $"Σ_{{i∈I}} w_i·f_i({Symbol})";

    /// <summary>Its constants.</summary>
    public IEnumerable<Constant> Constants() => IsLatent ? [Constant] : [];

    /// <summary>The rows of the parameter table.</summary>
    public IEnumerable<ParameterRow> Parameters()
    {
        if (!IsLatent)
        {
            yield break;
        }

        yield return new("latent.down", "latentDown_DL", $"D, {Width}", FeedForwardGroup.InStd);
        if (HasNorm)
        {
            yield return new("latent.norm", NormField, Width, "Value: 1.0");
        }

        yield return new("latent.up", "latentUp_LD", $"{Width}, D", FeedForwardGroup.InStd);
    }

    /// <summary>The line of the description.</summary>
    public IEnumerable<Formula> Formulas() => IsLatent
        ? [new("latent", $"z = x·A in R^{Part!.Literal("Width")}, which routed experts read; the gate and shared experts read x")]
        : [];

    /// <summary>The statement that makes the experts' input; null where the tokens are.</summary>
    public string? Down => IsLatent ? $"var {Tokens} = LatentExperts.Down(x_TD, latentDown_DL, Shape.Compute);" : null;

    /// <summary>The statement that makes the routed output of that in the latent space; null where there is none.</summary>
    public string? Up => IsLatent
        ? $"var y_TD = LatentExperts.Up({Output}, latentUp_LD, Shape.Compute{(HasNorm ? ", " + NormField : "")});"
        : null;

    private Constant Constant => Constant.Of("L", Part!.Int("Width"));
}
