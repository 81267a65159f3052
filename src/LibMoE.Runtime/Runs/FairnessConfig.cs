namespace LibMoE.Runtime;

/// <summary>What a classifier of people is trained for beside being right: gaps between groups, as they are on each batch, and weights of
/// its examples.</summary>
public sealed record FairnessConfig
{
    /// <summary>c of the term c·(max_g − min_g) mean p over a batch, p the probability of yes: demographic parity. 0 leaves it
    /// out.</summary>
    public double Parity { get; init; }

    /// <summary>c of the same term among those of which yes is true plus the same among those of which no is true: equalised odds. 0 leaves
    /// it out.</summary>
    public double Odds { get; init; }

    /// <summary>c by which the gradient of an adversary that guesses the group is reversed before it reaches the classifier (Zhang, Lemoine
    /// and Mitchell 2018; Ganin and Lempitsky 2015). 0 leaves the adversary out.</summary>
    public double Adversary { get; init; }

    /// <summary>Whether the adversary sees what is true beside what the classifier says: then it acts on equalised odds, else on
    /// demographic parity.</summary>
    public bool AdversaryKnowsClass { get; init; }

    /// <summary>Weighs each example by P(group)·P(class)/P(group, class) of the training data, after which group and class are
    /// independent (Kamiran and Calders 2012).</summary>
    public bool Reweigh { get; init; }
}
