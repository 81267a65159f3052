using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models;

/// <summary>
/// The mean cross-entropy of the next tokens straight from what the head reads, −(1/T)·Σ_t ln softmax(predict(h_t))[target_t] in nats, in
/// parts of few tokens, so that the logits of all tokens [T, V] never exist at once.
/// </summary>
/// <remarks>
/// A part's gradients are taken as soon as its loss is there, and its logits are gone before the next part begins (Hsu et al. 2024, Liger
/// Kernel); backward multiplies them by its own gradient. Sums over tokens are taken part by part: their last bits differ from those of the
/// whole. Where one part is enough, nothing is cut, and backward is libtorch's own.
/// </remarks>
internal sealed class HeadLoss : ReleasingFunction<HeadLoss>
{
    /// <summary>How many logits a part has at most, 64 MiB of them, but not fewer than those of <see cref="LeastTokens"/>.</summary>
    public const long MostLogits = 16 << 20;

    /// <summary>With fewer tokens, adding up the gradient of the head would cost more than its product.</summary>
    public const long LeastTokens = 128;

    private const string Fed = "fed";

    /// <inheritdoc/>
    public override string Name => nameof(HeadLoss);

    /// <summary>Whether the loss of so many tokens is computed in parts.</summary>
    public static bool Cuts(long tokens, long vocabulary) => tokens > TokensOfPart(vocabulary);

    /// <summary>How many logits of so many tokens exist at the same time.</summary>
    public static long LogitsAtOnce(long tokens, long vocabulary) => Math.Min(tokens, TokensOfPart(vocabulary)) * vocabulary;

    /// <summary>The mean loss, a scalar [] in float32 or wider.</summary>
    /// <param name="hidden_TD">What the head reads.</param>
    /// <param name="targets_T">The tokens that follow, int64.</param>
    /// <param name="head">The head.</param>
    /// <param name="tokensOfPart">How many tokens a part has; null as many as <see cref="MostLogits"/> allows.</param>
    public static Tensor Mean(Tensor hidden_TD, Tensor targets_T, Head head, long? tokensOfPart = null)
    {
        var part = tokensOfPart ?? TokensOfPart(head.Vocabulary);
        var wanted = is_grad_enabled() && (hidden_TD.requires_grad || head.Parameters.Any(parameter => parameter.requires_grad));
        if (hidden_TD.shape[0] > part)
        {
            return wanted ? apply([hidden_TD, targets_T, head, part, .. head.Parameters]) : Losses(hidden_TD, targets_T, head, part).mean();
        }

        using var scope = NewDisposeScope();
        return Of(head.Predict(hidden_TD), targets_T, nn.Reduction.Mean).MoveToOuterDisposeScope();
    }

    /// <summary>Each token's loss [T], without a gradient.</summary>
    /// <inheritdoc cref="Mean" path="/param"/>
    public static Tensor Losses(Tensor hidden_TD, Tensor targets_T, Head head, long? tokensOfPart = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var parts = Parts(hidden_TD.shape[0], tokensOfPart ?? TokensOfPart(head.Vocabulary)).Select(part =>
        {
            using var ofPart = NewDisposeScope();
            var logits_PV = head.Predict(hidden_TD.narrow(0, part.From, part.Tokens));
            return Of(logits_PV, targets_T.narrow(0, part.From, part.Tokens), nn.Reduction.None).MoveToOuterDisposeScope();
        });
        return cat([.. parts]).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Output(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden_TD, targets_T, head, part) = ((Tensor)vars[0], (Tensor)vars[1], (Head)vars[2], (long)vars[3]);
        var fed = vars.OfType<Tensor>().Where(input => !ReferenceEquals(input, targets_T)).Select(input => input.requires_grad).ToArray();
        using var scope = NewDisposeScope();
        using var recorded = enable_grad();
        var tokens = hidden_TD.shape[0];
        var own = head.With(vars[4..].Cast<Tensor>().Select(Leaf));
        var dHidden_TD = fed[0] ? empty_like(hidden_TD) : null;
        var dHead = new Tensor?[own.Parameters.Count];
        var losses = new List<Tensor>();
        foreach (var (from, count) in Parts(tokens, part))
        {
            using var ofPart = NewDisposeScope();
            var hidden_PD = hidden_TD.narrow(0, from, count).detach().requires_grad_(fed[0]);
            var loss = Of(own.Predict(hidden_PD), targets_T.narrow(0, from, count), nn.Reduction.Sum).Over(tokens);
            Add(loss, hidden_PD, dHidden_TD?.narrow(0, from, count), own.Parameters, dHead);
            losses.Add(loss.detach().MoveToOuterDisposeScope());
        }

        // libtorch takes hold of them once this returns; our own hold ends with the caller's scope.
        ctx.save_data(Fed, fed);
        ctx.save_for_backward([.. dHead.Prepend(dHidden_TD).OfType<Tensor>().Select(sum => sum.MoveToOuterDisposeScope())]);
        return stack(losses).sum().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor upstream)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();

        // In place where no second pass can ask for them again.
        var kept = TorchLibrary.KeepsGraph;
        var sums = new Queue<Tensor>(ctx.get_saved_variables().Select(sum => kept ? sum * upstream : sum.mul_(upstream)));
        var gradients = ((bool[])ctx.get_data(Fed)).Select(fed => fed ? sums.Dequeue().MoveToOuterDisposeScope() : null!).ToList();
        return [gradients[0], null!, null!, null!, .. gradients[1..]];
    }

    private static Tensor Of(Tensor logits_PV, Tensor targets_P, nn.Reduction reduction) => nn.functional.cross_entropy(
        logits_PV.dtype == ScalarType.Float64 ? logits_PV : logits_PV.to(ScalarType.Float32), targets_P, reduction: reduction);

    /// <summary>Takes a part's gradients: those of its tokens to their place, those of the head to their sums, which the first part
    /// begins.</summary>
    private static void Add(Tensor loss, Tensor hidden_PD, Tensor? dHidden_PD, IReadOnlyList<Tensor> parameters, Tensor?[] sums)
    {
        var trained = Enumerable.Range(0, sums.Length).Where(place => parameters[place].requires_grad).ToList();
        var gradients = new Queue<Tensor>(autograd.grad(
            [loss], [.. dHidden_PD is null ? Array.Empty<Tensor>() : [hidden_PD], .. trained.Select(place => parameters[place])]));
        using var quiet = no_grad();
        dHidden_PD?.copy_(gradients.Dequeue());
        foreach (var place in trained)
        {
            sums[place] = sums[place]?.add_(gradients.Dequeue(), Scalars.One) ?? gradients.Dequeue().MoveToOuterDisposeScope();
        }
    }

    private static Tensor Leaf(Tensor parameter) => parameter.detach().requires_grad_(parameter.requires_grad);

    private static long TokensOfPart(long vocabulary) => Math.Max(LeastTokens, MostLogits / vocabulary);

    private static IEnumerable<(long From, long Tokens)> Parts(long tokens, long most)
    {
        for (var from = 0L; from < tokens; from += most)
        {
            yield return (from, Math.Min(most, tokens - from));
        }
    }
}
