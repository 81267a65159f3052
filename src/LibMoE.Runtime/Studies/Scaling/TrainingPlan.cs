namespace LibMoE.Runtime.Studies.Scaling;

/// <summary>Every layout of a training on some cards, and which of them to take.</summary>
/// <param name="Model">What is trained.</param>
/// <param name="Cluster">The cards.</param>
/// <param name="Cards">How many of them.</param>
/// <param name="Tokens">Tokens that a card computes in a step.</param>
/// <param name="Steps">The layouts.</param>
internal sealed record TrainingPlan(ScaledModel Model, Cluster Cluster, int Cards, double Tokens, IReadOnlyList<PlannedStep> Steps)
{
    private const int MostCards = 1 << 16;

    /// <summary>The fastest of those that fit, with gradients summed during backward; of equals the one that divides least.</summary>
    public PlannedStep Best => Steps.Where(step => step.Fits).MinBy(step => (
        Math.Round(step.Times.GradientsBehind * 1e6), step.Layout.ExpertRanks, step.Layout.Split))!;

    /// <summary>Plans a training.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="cluster">The cards.</param>
    /// <param name="bytes">Bytes of a parameter's state.</param>
    /// <param name="wish">What is asked for.</param>
    /// <exception cref="ConfigurationException">No layout fits, or what is asked for does not exist; the message has the
    /// numbers.</exception>
    public static TrainingPlan Make(ScaledModel model, Cluster cluster, StateBytes bytes, PlanWish wish)
    {
        var cards = wish.Cards ?? cluster.Cards;
        wish.Check(model, cluster, cards);
        var plan = On(cards);
        return plan.Steps.Any(step => step.Fits) ? plan : throw new ConfigurationException(TooLarge(plan));

        TrainingPlan On(int n)
        {
            var tokens = wish.TokensOn(n);
            return new TrainingPlan(model, cluster, n, tokens, [
                .. StepLayout.All(model, n, cluster.CardsPerNode).Where(wish.Takes)
                    .Select(layout => Step(model, cluster, bytes, layout, tokens, tokens / wish.MicroBatches)),
            ]);
        }

        string TooLarge(TrainingPlan least)
        {
            var closest = least.Steps.MinBy(step => step.Memory.Total)!;
            var more = Larger(cards).FirstOrDefault(n => On(n).Steps.Any(step => step.Fits));
            return $"{model.Name} does not fit on {cards} cards of {ModelMemory.Text((long)cluster.Memory)}: with {closest.Layout} a card "
                + $"needs at least {ModelMemory.Text((long)closest.Memory.Total)} ({ModelMemory.Text((long)closest.Memory.State)} of "
                + $"weights, gradients and optimiser state, {ModelMemory.Text((long)closest.Memory.Activations)} of activations); "
                + (more > 0 ? $"it fits from {more} cards on." : "more cards of this kind do not change that.");
        }

        IEnumerable<int> Larger(int n)
        {
            for (var more = n < cluster.CardsPerNode ? Math.Min(2 * n, cluster.CardsPerNode) : 2 * n;
                more <= (cluster.Across is null ? cluster.CardsPerNode : MostCards); more *= 2)
            {
                yield return more;
            }
        }
    }

    /// <summary>One layout.</summary>
    internal static PlannedStep Step(
        ScaledModel model, Cluster cluster, StateBytes bytes, StepLayout layout, double tokens, double tokensAtOnce)
    {
        var time = new StepModel(cluster, model, bytes);
        var alone = time.Of(new StepLayout(1, 1, Split: false), tokens);
        var memory = RankMemory.Of(model, layout, bytes, tokensAtOnce);
        return new PlannedStep(layout, time.Of(layout, tokens), memory, alone.InTurn, memory.Total <= cluster.Memory);
    }
}
