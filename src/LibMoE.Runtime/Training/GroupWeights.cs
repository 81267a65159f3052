using System.Globalization;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Training;

/// <summary>The weights of <see cref="GroupRobustConfig"/>, which begin equal.</summary>
/// <param name="groups">How many groups there are.</param>
/// <param name="rate">η.</param>
internal sealed class GroupWeights(int groups, double rate)
{
    private double[] _weights_G = [.. Enumerable.Repeat(1.0 / groups, groups)];

    /// <summary>q: they sum to 1.</summary>
    public IReadOnlyList<double> Values => _weights_G;

    /// <summary>The weights as a text that gives them back bit for bit.</summary>
    public string State
    {
        get => string.Join(' ', _weights_G.Select(weight => weight.ToString("R", CultureInfo.InvariantCulture)));
        set => _weights_G = [.. value.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
    }

    /// <summary>q_g ← q_g·exp(η·ℓ_g) / Σ_h q_h·exp(η·ℓ_h). Losses of which one is not finite change nothing.</summary>
    /// <param name="losses_G">ℓ of each group; 0 where it is absent.</param>
    public void Follow(IReadOnlyList<double> losses_G)
    {
        if (losses_G.All(double.IsFinite))
        {
            // The largest is taken out, so that none overflows.
            var largest = losses_G.Max();
            double[] raised_G = [.. _weights_G.Zip(losses_G, (weight, loss) => weight * Math.Exp(rate * (loss - largest)))];
            _weights_G = [.. raised_G.Select(weight => weight / raised_G.Sum())];
        }
    }

    /// <summary>Follows the losses of a batch, then gives Σ_g q_g·ℓ_g, a scalar [].</summary>
    /// <param name="losses_S">The loss of each sequence.</param>
    /// <param name="groups_S">The group of each.</param>
    public Tensor Loss(Tensor losses_S, IReadOnlyList<int> groups_S)
    {
        var counts_G = new int[groups];
        foreach (var group in groups_S)
        {
            counts_G[group]++;
        }

        // ℓ_G = M·ℓ_S, with 1/n_g where the sequence is of the group.
        var means = new float[groups * groups_S.Count];
        foreach (var (sequence, group) in groups_S.Index())
        {
            means[(group * groups_S.Count) + sequence] = 1f / counts_G[group];
        }

        var losses_G = tensor(means, [groups, groups_S.Count], device: losses_S.device).matmul(losses_S.to(ScalarType.Float32));
        Follow([.. losses_G.detach().to(ScalarType.Float64).cpu().data<double>()]);
        return losses_G.mul(tensor(_weights_G.Select(weight => (float)weight).ToArray(), device: losses_S.device)).sum();
    }
}
