using LibMoE.Runtime;
using static TorchSharp.torch;

namespace Tabular;

/// <summary>What a trained net says of people, and the experts that it asks.</summary>
/// <param name="Yes">Whether it says yes of each.</param>
/// <param name="Experts">The expert that each weighs most.</param>
internal sealed record Decisions(IReadOnlyList<bool> Yes, IReadOnlyList<int> Experts)
{
    /// <summary>Asks a net.</summary>
    /// <param name="net">With a mixture whose gate picks by softmax.</param>
    /// <param name="rows">The people.</param>
    /// <param name="without">An expert that is taken away, whose place the next in rank takes; null for none.</param>
    public static Decisions Of(TableNet net, LabelledRows rows, int? without = null)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        net.eval();
        var context = new MoeContext { Losses = false, Reroute = without is { } expert ? own => Without(own, expert) : null };
        var (logits_NC, routings) = net.forward(rows.Batch([.. Enumerable.Range(0, rows.Count)]), context);
        return new Decisions(
            [.. logits_NC.argmax(1).data<long>().Select(label => label == 1)],
            [.. routings[0].Experts!.select(1, 0).contiguous().data<long>().Select(picked => (int)picked)]);
    }

    /// <summary>Of all people.</summary>
    public Fairness Measure(LabelledRows rows)
    {
        var groups = GroupRates.Of(Yes, [.. rows.Labels.Select(label => label == 1)], rows.Groups!, count: 2);
        return new Fairness(
            Yes.Zip(rows.Labels).Average(person => person.First == (person.Second == 1) ? 1.0 : 0),
            GroupRates.ParityGap(groups).Value, GroupRates.OddsGap(groups).Value);
    }

    private static Picks Without(Routing own, int expert)
    {
        var barred_E = new float[own.Logits!.shape[1]];
        barred_E[expert] = float.NegativeInfinity;
        return new Picks(own.Logits.Plus(tensor(barred_E)).topk((int)own.Experts!.shape[1], 1).indexes);
    }
}

/// <summary>How right decisions are, and how far groups are apart.</summary>
internal sealed record Fairness(double Accuracy, double Parity, double Odds)
{
    public static Fairness operator -(Fairness one, Fairness other) =>
        new(one.Accuracy - other.Accuracy, one.Parity - other.Parity, one.Odds - other.Odds);

    /// <summary>The mean of some.</summary>
    public static Fairness Mean(IReadOnlyCollection<Fairness> all) =>
        new(all.Average(one => one.Accuracy), all.Average(one => one.Parity), all.Average(one => one.Odds));
}
