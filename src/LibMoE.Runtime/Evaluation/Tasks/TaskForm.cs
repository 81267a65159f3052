namespace LibMoE.Runtime;

/// <summary>What an evaluation task asks of a model.</summary>
public enum TaskForm
{
    /// <summary>Which of several continuations of one context is the most likely.</summary>
    Choice,

    /// <summary>Behind which of several contexts is one continuation the most likely (partial scoring, Trinh and Le 2018).</summary>
    PartialChoice,

    /// <summary>Which of several whole texts is the most likely, from the start token on.</summary>
    WholeText,

    /// <summary>Whether the most likely next tokens, the right ones fed in, spell the continuation; and its perplexity.</summary>
    LastWord,

    /// <summary>The perplexity of running text.</summary>
    Text,

    /// <summary>Whether the greedily generated text equals the target, or what a task's <see cref="AnswerRule"/> makes of it.</summary>
    Generate,
}
