namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>
/// The time of one training step by an α-β model (Hockney 1994): a collective takes α + bytes/β. Arithmetic is three forward passes over
/// what a card reaches of its peak; a ring's sum moves 2·(r − 1)/r of the bytes over the link; rows go once to every card that has one of
/// their experts, which of R cards and K picks drawn alike are R·(1 − (1 − 1/R)ᴷ), in four exchanges a layer.
/// </summary>
/// <param name="cluster">The cards.</param>
/// <param name="model">What is trained.</param>
/// <param name="bytes">Bytes of a parameter's state.</param>
internal sealed class StepModel(Cluster cluster, ScaledModel model, StateBytes bytes)
{
    private const int Passes = 3;
    private const int Exchanges = 4;

    /// <summary>To gather is half of a ring's sum.</summary>
    private const double HalfOfASum = 0.5;

    /// <summary>A float32.</summary>
    private const double BytesOfWeight = 4;

    /// <summary>AdamW reads θ, g, m and v and writes θ, m and v; float32.</summary>
    private const double BytesOfUpdate = 7 * 4;

    /// <summary>Gradients are packed into buckets and out of them: a read and a write each; float32.</summary>
    private const double BytesOfPacking = 4 * 4;

    /// <summary>The time of a step.</summary>
    /// <param name="layout">Where everything is.</param>
    /// <param name="tokens">Tokens that a card computes in it.</param>
    public StepTimes Of(StepLayout layout, double tokens)
    {
        var (n, ranks) = (layout.Cards, layout.ExpertRanks);
        var peak = cluster.TeraFlops * 1e12;
        var busy = ranks == 1 ? 1 : cluster.BusiestCard;
        var experts = Passes * tokens * model.ExpertFlops / cluster.ExpertEfficiency / peak;
        var rows = Exchanges * model.Mixtures.Sum(mixture => Exchange(
            tokens * Copies(mixture, ranks) * model.Width * bytes.Row * busy, ranks));
        var layers = model.Mixtures.Count;
        var small = n == 1 ? 0 : layers * ((ranks > 1 ? 2 * Latency(ranks) : 0) + Latency(n));
        return new StepTimes(
            Passes * tokens * model.DenseFlops / cluster.DenseEfficiency / peak, experts, experts * (busy - 1), rows, small,
            OfBoth(layout, bytes.Sent), layout.Split ? HalfOfASum * OfBoth(layout, BytesOfWeight) : 0, Memory(layout));
    }

    /// <summary>A sum of what every card has, and one of each card's experts.</summary>
    private double OfBoth(StepLayout layout, double each) => Sum(model.SharedParameters * each, layout.Cards, apart: 1)
        + Sum(model.ExpertsOfOne(layout.ExpertRanks) * each, layout.Replicas, layout.ExpertRanks);

    /// <summary>α among so many neighbouring cards.</summary>
    private double Latency(int cards) => cards <= cluster.CardsPerNode
        ? cluster.Inside.Latency(cards)
        : cluster.Across!.Latency((double)cards / cluster.CardsPerNode);

    /// <summary>A sum over replicas that stand so many cards apart. Those in one node share the bytes among their links to other
    /// nodes.</summary>
    private double Sum(double bytes, int replicas, int apart)
    {
        if (replicas == 1 || bytes == 0)
        {
            return 0;
        }

        var ring = 2.0 * (replicas - 1) / replicas * bytes;
        if (replicas * apart <= cluster.CardsPerNode)
        {
            return cluster.Inside.Latency(replicas) + ring / cluster.Inside.SumRate;
        }

        var inNode = Math.Max(1, cluster.CardsPerNode / apart);
        var across = cluster.Across!;
        var latency = across.Latency((double)replicas / inNode);
        return inNode == 1
            ? latency + ring / across.SumRate
            : latency + 2 * bytes / Math.Min(cluster.Inside.SumRate, inNode * across.SumRate);
    }

    /// <summary>An exchange of rows; what stays on its card does not move, and what stays in its node hides behind the rest.</summary>
    private double Exchange(double bytes, int ranks) =>
        ranks == 1 ? 0
        : ranks <= cluster.CardsPerNode ? cluster.Inside.Latency(ranks) + bytes * (ranks - 1) / ranks / cluster.Inside.RowRate
        : Latency(ranks) + bytes * (ranks - cluster.CardsPerNode) / ranks / cluster.Across!.RowRate;

    private static double Copies((int Experts, double Picks) mixture, int ranks)
    {
        var holders = Math.Min(ranks, mixture.Experts);
        return holders == 1 ? mixture.Picks : holders * (1 - Math.Pow(1 - (1.0 / holders), mixture.Picks));
    }

    private double Memory(StepLayout layout)
    {
        if (cluster.MemoryGBs is not { } speed)
        {
            return 0;
        }

        var own = model.SharedParameters + model.ExpertsOfOne(layout.ExpertRanks);
        var updated = layout.Split
            ? (model.SharedParameters / layout.Cards) + (model.ExpertsOfOne(layout.ExpertRanks) / layout.Replicas)
            : own;
        return ((BytesOfUpdate * updated) + (layout.Cards == 1 ? 0 : BytesOfPacking * own)) / (speed * 1e9);
    }
}
