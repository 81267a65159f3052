namespace LibMoE.Runtime;

/// <summary>How much is looked at in the routing of a trained model; configuration section <c>Analysis</c>.</summary>
public sealed record AnalysisOptions
{
    /// <summary>Whether every trained cell is analysed.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Held-out sequences whose routing is counted, shared equally by the domains; fewer where the text ends.</summary>
    public int Sequences { get; init; } = 64;

    /// <summary>How many evenly spaced moments of training are compared (change rate, saturation, drift, loss); 0 compares
    /// none.</summary>
    public int Points { get; init; } = 5;

    /// <summary>Whether the loss with disturbed routing is measured.</summary>
    public bool Perturbations { get; init; } = true;

    /// <summary>Whether every expert is taken away by itself, too: one more pass over the text for each expert of each block.</summary>
    public bool Ablations { get; init; }

    /// <summary>Held-out sequences that each disturbance is measured on.</summary>
    public int PerturbationSequences { get; init; } = 32;

    /// <summary>Tokens that every expert is run on, to see whether experts do the same; 0 does not look.</summary>
    public int OutputTokens { get; init; } = 256;

    /// <summary>How many pieces of held-out text are kept with the expert of every token, for the text explorer.</summary>
    public int Texts { get; init; } = 3;

    /// <summary>Tokens of such a piece at most.</summary>
    public int TextTokens { get; init; } = 160;

    /// <summary>How many held-out images are kept with the expert of every patch, of every kind of question in turn.</summary>
    public int Pictures { get; init; } = 6;

    /// <summary>Tasks of the evaluation that are scored at every point of training and under every disturbance,
    /// separated by commas.</summary>
    public string Tasks { get; init; } = "";

    /// <summary>At most that many items of each of these tasks, spread over its data.</summary>
    public int TaskItems { get; init; } = 100;

    /// <summary>What the verb <c>analyze</c> looks at: a run, a cell or a checkpoint; empty takes the newest run.</summary>
    public string Path { get; init; } = "";

    /// <summary>A text, or the path of a text file, whose routing the verb <c>analyze</c> shows token by token.</summary>
    public string Text { get; init; } = "";

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        AtLeast(2, nameof(Sequences), Sequences);
        AtLeast(0, nameof(Points), Points);
        AtLeast(2, nameof(PerturbationSequences), PerturbationSequences);
        AtLeast(0, nameof(OutputTokens), OutputTokens);
        AtLeast(0, nameof(Texts), Texts);
        AtLeast(1, nameof(TextTokens), TextTokens);
        AtLeast(0, nameof(Pictures), Pictures);
        AtLeast(1, nameof(TaskItems), TaskItems);
        return problems;

        void AtLeast(int least, string key, int value)
        {
            if (value < least)
            {
                problems.Add(FormattableString.Invariant($"Analysis:{key} is {value}; it must be at least {least}."));
            }
        }
    }
}
