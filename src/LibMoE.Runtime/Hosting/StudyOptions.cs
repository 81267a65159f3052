namespace LibMoE.Runtime;

/// <summary>What a study compares; configuration section <c>Study</c>.</summary>
public sealed record StudyOptions
{
    /// <summary>The name under which the dense baseline takes part.</summary>
    public const string Dense = "Dense";

    /// <summary>Names of the variants, separated by commas; empty takes the dense baseline and every registered variant.</summary>
    public string Variants { get; init; } = "";

    /// <summary>How many seeds each variant is trained with: Training:Seed, Training:Seed + 1, and so on.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IEnumerable<string> Problems()
    {
        if (Seeds is < 1 or > 1000)
        {
            yield return $"Study:Seeds is {Seeds}; it must be 1 to 1000.";
        }
    }
}
