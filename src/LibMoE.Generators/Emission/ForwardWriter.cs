using LibMoE.Generators.Helpers;

namespace LibMoE.Generators.Emission;

/// <summary>Writes the forward pass: router, picks, experts, balancing terms, output.</summary>
internal class ForwardWriter
{
    /// <summary><c>CapacityBy.Probability</c>.</summary>
    private const int ByProbability = 1;

    /// <summary>Writes the method.</summary>
    public virtual void Write(EmissionPlan plan, IndentedWriter writer)
    {
        writer.Line("/// <inheritdoc />");
        using (writer.Block("public override MoeOutput forward(Tensor x, MoeContext context)"))
        {
            WriteStart(writer);
            plan.Gate.WriteRouting(plan.Layer, writer, plan.NeedsScores);
            WriteReroute(plan, writer);
            WriteExperts(plan, writer);
            WriteLosses(plan, writer);
            WriteReturn(plan, writer, "experts_TK", "counts_E");
        }
    }

    /// <summary>Writes the scope and the flattened tokens.</summary>
    protected static void WriteStart(IndentedWriter writer)
    {
        writer.Line("using var scope = NewDisposeScope();");
        writer.Line("var tokens = TokenView.Of(x, context, Shape);");
        writer.Line("var x_TD = tokens.x_TD;");
        writer.Line();
    }

    /// <summary>Writes the balancing terms.</summary>
    protected static void WriteLosses(EmissionPlan plan, IndentedWriter writer)
    {
        if (plan.Terms.Count == 0)
        {
            return;
        }

        writer.Line("// Balancing terms, with their coefficients.");
        writer.Line("var losses = new Dictionary<string, Tensor>();");
        using (writer.Block("if (context.Losses)"))
        {
            var names = plan.Gate.Names;
            if (plan.Needs.HasFlag(TermNeeds.Shares) && names.Shares != names.Scores)
            {
                writer.Line($"var {names.Shares} = {plan.Gate.Shares};");
            }

            if (plan.Needs.HasFlag(TermNeeds.StepPicks))
            {
                writer.Line("var stepCounts_E = StepMemory.Picks(counts_E, training, context);");
            }

            if (plan.Needs.HasFlag(TermNeeds.Inputs))
            {
                writer.Line(
                    $"var terms = new BalanceInputs({names.Scores}, experts_TK, {names.Weights}, counts_E, tokens) "
                    + $"{{ Logits = {names.Logits}, Ranks = BatchRanks }};");
            }

            foreach (var (key, expression) in plan.Terms)
            {
                writer.Line($"losses[{Text.Quote(key)}] = {expression};");
            }
        }

        writer.Line();
    }

    /// <summary>Writes the result.</summary>
    protected static void WriteReturn(EmissionPlan plan, IndentedWriter writer, string? experts, string? counts)
    {
        var lazy = plan.NeedsScores || plan.Gate.LazyScores(plan.Layer) is null ? "" : ", Scores";
        writer.Line($"return MoeOutput.Leave(tokens.Restore(y_TD), new Routing(RoutingKind.{plan.Gate.Kind}{lazy})");
        writer.Line("{");
        foreach (var line in Properties(plan, experts, counts))
        {
            writer.Line($"    {line},");
        }

        writer.Line("});");
    }

    private static IEnumerable<string> Properties(EmissionPlan plan, string? experts, string? counts)
    {
        if (plan.Gate.HasLogits(plan.Layer))
        {
            yield return "Logits = " + plan.Gate.Names.Logits;
        }

        if (plan.NeedsScores)
        {
            yield return "Scores = " + plan.Gate.Names.Scores;
        }

        if (experts is not null)
        {
            yield return $"Experts = {experts}";
        }

        yield return "Weights = " + plan.Gate.Names.Weights;
        if (counts is not null)
        {
            yield return $"TokensPerExpert = {counts}";
        }

        if (plan.Terms.Count > 0)
        {
            yield return "Losses = losses";
            yield return $"AuxiliaryLoss = BalanceTerms.Sum(losses, {plan.Gate.Names.Weights})";
        }
        else
        {
            yield return $"AuxiliaryLoss = BalanceTerms.None({plan.Gate.Names.Weights})";
        }
    }

    /// <summary>Writes how scores are made that the forward pass itself does not need.</summary>
    protected static void WriteLazyScores(EmissionPlan plan, IndentedWriter writer)
    {
        if (plan.Gate.LazyScores(plan.Layer) is { } scores && (!plan.NeedsScores || plan.Gate.ScoresFollowPicks))
        {
            writer.Line($"Tensor Scores() => {scores};");
        }
    }

    private static void WriteReroute(EmissionPlan plan, IndentedWriter writer)
    {
        WriteLazyScores(plan, writer);
        var names = plan.Gate.Names;
        var logits = plan.Gate.HasLogits(plan.Layer) ? names.Logits : "null";
        var scores = plan.NeedsScores && !plan.Gate.ScoresFollowPicks ? $"() => {names.Scores}"
            : plan.Gate.LazyScores(plan.Layer) is null ? "null"
            : "Scores";
        writer.Line(
            $"(experts_TK, weights_TK) = Rerouting.Of(context, tokens, Declared, {logits}, {scores}, experts_TK, weights_TK, Weigh);");
        if (plan.NeedsScores && plan.Gate.ScoresFollowPicks)
        {
            writer.Line($"var {names.Scores} = Scores();");
        }

        writer.Line();
    }

    private static void WriteExperts(EmissionPlan plan, IndentedWriter writer)
    {
        var (layer, space) = (plan.Layer, plan.Experts.Space);
        var picks = "experts_TK";
        if (layer.Capacity is { } capacity)
        {
            writer.Line("// Capacity: picks beyond it keep their place in the routing, with weight 0.");
            writer.Line("var counts_E = CapacityLimit.Count(experts_TK, E);");
            var seats = capacity.Int("By") == ByProbability ? "SeatLargest(experts_TK, weights_TK, E, " : "Seat(experts_TK, E, ";
            writer.Line($"var seated_TK = CapacityLimit.{seats}"
                + $"CapacityLimit.Of({Text.Double(capacity.Double("Factor"))}, tokens, K, E));");
            writer.Line("weights_TK = CapacityLimit.Seated(weights_TK, seated_TK);");
            writer.Line();
            picks = "seated_TK";
        }

        var sorts = plan.Experts.FeedForward.Count > 0;
        writer.Line((sorts, space.WeighsInput) switch
        {
            (true, true) =>
                "// Experts: rows of picks, each token times its weight, sorted by expert; one matmul per expert and projection.",
            (true, false) => "// Experts: token rows sorted by expert, one matmul per expert and projection.",
            (false, true) => "// Experts: rows of picks, each token times its weight; each expert on the rows that picked it.",
            (false, false) => "// Experts: each on the rows that picked it.",
        });
        if (space.Down is { } down)
        {
            writer.Line(down);
        }

        if (space.WeighsInput)
        {
            writer.Line($"var {space.Input} = InputWeights.Rows({space.Tokens}, weights_TK);");
            writer.Line($"var picks_N1 = {picks}.reshape(-1, 1);");
            picks = "picks_N1";
        }

        if (sorts)
        {
            writer.Line($"var plan = RoutingPlan.Sort({picks}, E);");
        }

        if (layer.Capacity is null)
        {
            writer.Line($"var counts_E = {(sorts ? "plan.TokensPerExpert" : "CapacityLimit.Count(experts_TK, E)")};");
        }

        SharedGroup? beside = null;
        if (space.WeighsInput)
        {
            WriteSum(writer, space.RowOutputs, plan.Experts.PerPick("plan", picks), $"zeros_like({space.Input}).unsqueeze(1)");
            writer.Line($"var {space.Outputs} = InputWeights.ByToken({space.RowOutputs}, experts_TK);");
            writer.Line($"var {space.Output} = {space.Outputs}.sum(1);");
        }
        else if (plan.Needs.HasFlag(TermNeeds.Outputs))
        {
            var empty = $"zeros_like(weights_TK).unsqueeze(-1) * {space.Input}.unsqueeze(1)";
            WriteSum(writer, space.Outputs, plan.Experts.PerPick("plan", picks), empty);
            writer.Line($"var {space.Output} = ({space.Outputs} * weights_TK.to({space.Input}.dtype).unsqueeze(-1)).sum(1);");
        }
        else
        {
            beside = plan.Experts.HasSharedBeside ? plan.Experts.Shared : null;
            if (beside is not null)
            {
                writer.Line($"Tensor Shared() => {beside.Expression};");
            }

            var summands = plan.Experts.Sums("plan", picks, beside is null ? null : "Shared");
            WriteSum(writer, space.Output, summands, $"zeros_like({space.Input})");
        }

        if (space.Up is { } up)
        {
            writer.Line(up);
        }

        if (beside is null && plan.Experts.Shared is { } shared)
        {
            if (shared.IsInRouterSum)
            {
                var all = $"{TokenChoiceWriter.WeighAll}({TokenChoiceWriter.Weighed(layer, "experts_TK")})";
                writer.Line($"var sharedWeights_TJ = {all}.narrow(1, experts_TK.shape[1], {shared.Count});");
            }

            foreach (var line in shared.Statements())
            {
                writer.Line(line);
            }
        }

        writer.Line();
    }

    private static void WriteSum(IndentedWriter writer, string name, IEnumerable<string> summands, string empty)
    {
        var first = true;
        foreach (var summand in summands.DefaultIfEmpty(empty))
        {
            writer.Line(first ? $"var {name} = {summand};" : $"{name} = MoeOutput.Sum({name}, {summand});");
            first = false;
        }
    }
}
