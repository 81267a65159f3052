using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>How a model answered one item. Every metric is computed from these alone.</summary>
public sealed record ItemOutcome
{
    /// <summary>The item's place in the data, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The part of the benchmark; empty where there are none.</summary>
    public string Group { get; init; } = "";

    /// <summary>The right option, from 0.</summary>
    public required int Gold { get; init; }

    /// <summary>Each option's log-likelihood in nats; a running text has one option.</summary>
    public required double[] LogLikelihoods { get; init; }

    /// <summary>How many tokens of each option were scored.</summary>
    public required int[] Tokens { get; init; }

    /// <summary>Each option's own length in Unicode code points; where it is not given, as in programs written before it was, the same as
    /// <see cref="Bytes"/>, which is right for ASCII.</summary>
    public int[] Characters { get => field ?? Bytes; init; }

    /// <summary>Each option's own length in UTF-8 bytes.</summary>
    public required int[] Bytes { get; init; }

    /// <summary>Running text: its words.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Words { get; init; }

    /// <summary>Of each option, whether every scored token was the most likely one; empty for running text.</summary>
    public bool[] GreedyOptions { get; init; } = [];

    /// <summary>Whether every scored token of the right option was the most likely one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Greedy { get; init; }

    /// <summary>Generated text; null where none was asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Text { get; init; }

    /// <summary>Whether <see cref="Text"/> is the target, or right in full by the task's rule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Exact { get; init; }

    /// <summary>What the task's <see cref="AnswerRule"/> gives <see cref="Text"/>, from 0 to 1; null where there is no rule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Score { get; init; }

    /// <summary>What the rule read out of <see cref="Text"/>; null where it found nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Read { get; init; }

    /// <summary>The right answer of a rule.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Target { get; init; }

    /// <summary>How many options a rule's answer is one of; 0 where it may be anything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Options { get; init; }

    /// <summary>Items with one unit are one sample; empty: the item is one by itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit { get; init; }

    /// <summary>What the metrics of a rule ask for, by name, such as the figure that a question is on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Details { get; init; }

    /// <summary>Whether the question was refused, so that there is no answer: it counts as wrong where several questions count together,
    /// and is left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Refused { get; init; }

    /// <summary>How many tokens of context were cut.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Cut { get; init; }

    /// <summary>The most likely option, the first of equals.</summary>
    [JsonIgnore]
    public int Choice => Best(LogLikelihoods);

    /// <summary>By how much the most likely option leads, in nats.</summary>
    [JsonIgnore]
    public double Margin
    {
        get
        {
            var choice = Choice;
            return LogLikelihoods[choice]
                - LogLikelihoods.Where((_, option) => option != choice).DefaultIfEmpty(double.NegativeInfinity).Max();
        }
    }

    /// <summary>Whether the right option's value is higher than every other's: a tie is not right.</summary>
    internal bool IsRight(Func<int, double> value)
    {
        for (var option = 0; option < LogLikelihoods.Length; option++)
        {
            if (option != Gold && !(value(Gold) > value(option)))
            {
                return false;
            }
        }

        return true;
    }

    private static int Best(double[] values) => Array.IndexOf(values, values.Max());
}
