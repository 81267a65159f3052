namespace LibMoE.Runtime;

/// <summary>What a generated answer is held against.</summary>
public sealed record AnswerKey
{
    /// <summary>The right answer; of a choice, the right option's letter.</summary>
    public required string Target { get; init; }

    /// <summary>All right answers where there are several, such as those of TextVQA's ten people; empty otherwise.</summary>
    public IReadOnlyList<string> Accepted { get; init; } = [];

    /// <summary>The options' texts, in the order in which they are shown; empty where nothing is chosen.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>What else the rule asks for, by name; empty texts where the data says nothing.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary>The letter of an option.</summary>
    internal static string Letter(int option) => ((char)('A' + option)).ToString();

    /// <summary>A detail; empty where there is none.</summary>
    internal string Detail(string name) => Details.GetValueOrDefault(name, "");
}
