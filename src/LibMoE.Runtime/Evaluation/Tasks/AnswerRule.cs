namespace LibMoE.Runtime;

/// <summary>How a generated answer is read and held against the right one. Formulas and sources stand at the rules themselves.</summary>
public enum AnswerRule
{
    /// <summary>The answer in lower case without full stops at its end equals the right one (GQA, easy-VQA).</summary>
    ShortAnswer,

    /// <summary>The option that an answer names by its letter or its text (AI2D).</summary>
    Letter,

    /// <summary>The same; a question counts once, and as right only where every rotation of its options is (MMBench).</summary>
    CircularLetter,

    /// <summary>No where the first sentence says no or not, yes otherwise (POPE).</summary>
    Pope,

    /// <summary>Yes or no within the first four letters; two questions an image (MME).</summary>
    Mme,

    /// <summary>Yes or no as a word, and not both; questions of a figure and figures of a question together (HallusionBench).</summary>
    HallusionBench,

    /// <summary>The option's letter in one of four places (MMStar).</summary>
    MmStar,

    /// <summary>The option's letter alone, before a full stop, or behind "The answer is" (ScienceQA).</summary>
    ScienceQa,

    /// <summary>Options by letter or text, open answers by the numbers and phrases in them (MMMU).</summary>
    Mmmu,

    /// <summary>How many of ten people gave the answer (TextVQA).</summary>
    TextVqa,

    /// <summary>The answer brought into the form that the question asks for: an option, a whole number, decimals, a list
    /// (MathVista).</summary>
    MathVista,
}
