using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training.Learners.Classification;

/// <summary>
/// A small net that guesses a person's group from what a classifier says of them, while the classifier learns to leave it guessing (Zhang,
/// Lemoine and Mitchell 2018, arXiv:1801.07593), by a reversed gradient (Ganin and Lempitsky 2015, arXiv:1409.7495).
/// </summary>
/// <remarks>
/// With s the log-odds of yes, y 1 where yes is true and 0 elsewhere, and ρ(s) = s with ∂ρ/∂s = −c: the term is the mean over a batch of
/// −log softmax(W₂·tanh(W₁·f + b₁) + b₂)_group, f = [ρ(s)] against demographic parity's gap, f = [ρ(s), y, y·ρ(s)] against that of
/// equalised odds. The adversary's own numbers get the gradient of the term as it is.
/// </remarks>
internal sealed class GroupAdversary : nn.Module
{
    private const int Hidden = 16;

    private readonly FairnessConfig _config;
    private readonly Linear hidden, guess;

    /// <summary>Makes an adversary of a classifier.</summary>
    /// <param name="config">The coefficient c, and what it sees.</param>
    /// <param name="groups">How many groups there are.</param>
    public GroupAdversary(FairnessConfig config, int groups)
        : base(nameof(GroupAdversary))
    {
        _config = config;
        (hidden, guess) = (nn.Linear(config.AdversaryKnowsClass ? 3 : 1, Hidden), nn.Linear(Hidden, groups));
        RegisterComponents();
    }

    /// <summary>The term.</summary>
    /// <param name="logits_N2">The classifier's logits of no and yes.</param>
    /// <param name="labels_N">What is true of each, int64: 0 or 1.</param>
    /// <param name="groups_N">The group of each, int64.</param>
    /// <returns>A scalar [].</returns>
    public Tensor Loss(Tensor logits_N2, Tensor labels_N, Tensor groups_N)
    {
        var odds_N1 = (logits_N2.select(1, 1) - logits_N2.select(1, 0)).unsqueeze(1);
        var seen_N1 = Reversed(odds_N1);
        var y_N1 = labels_N.to(odds_N1.dtype).unsqueeze(1);
        var seen_NF = _config.AdversaryKnowsClass ? cat([seen_N1, y_N1, y_N1 * seen_N1], 1) : seen_N1;
        return nn.functional.cross_entropy(guess.forward(hidden.forward(seen_NF).tanh()), groups_N);
    }

    /// <summary>(1 + c)·s − c·s, of which only the second s has a gradient.</summary>
    private Tensor Reversed(Tensor odds_N1) =>
        odds_N1.detach().Times(1 + _config.Adversary) - odds_N1.Times(_config.Adversary);
}
