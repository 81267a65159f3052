namespace LibMoE.Runtime;

/// <summary>How turns become one text: what stands before and behind questions and answers.</summary>
/// <remarks>A conversation begins with <see cref="Opening"/>. The marks of a vocabulary's start and end are its ids where it has them, and
/// else their texts.</remarks>
/// <param name="Name">The name in settings.</param>
public sealed record ConversationTemplate(string Name)
{
    /// <summary>What the whole begins with, behind the start id.</summary>
    public string Opening { get; init; } = "";

    /// <summary>Before the first question, behind the opening.</summary>
    public string FirstQuestion { get; init; } = "";

    /// <summary>Before later questions.</summary>
    public string Question { get; init; } = "";

    /// <summary>Whether the start id stands before later questions too.</summary>
    public bool QuestionsBegin { get; init; }

    /// <summary>Behind a question: from here on it is the model's turn.</summary>
    public string Turn { get; init; } = "";

    /// <summary>Before an answer; the model is to say it.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Behind an answer; the model is to say it.</summary>
    public string End { get; init; } = "";

    /// <summary>Whether the end id stands behind that; the model is to say it.</summary>
    public bool EndsWithId { get; init; }

    /// <summary>Leaves out all of a question but its images: captions, which a connector alone is trained on.</summary>
    public bool ImagesOnly { get; init; }

    /// <summary>Images, then the caption and a line end (LLaVA's <c>plain</c>).</summary>
    public static ConversationTemplate Plain { get; } = new("plain") { ImagesOnly = true, End = "\n" };

    /// <summary>Vicuna's (LLaVA's <c>v1</c>).</summary>
    public static ConversationTemplate Vicuna { get; } = new("vicuna")
    {
        Opening = "A chat between a curious user and an artificial intelligence assistant. "
            + "The assistant gives helpful, detailed, and polite answers to the user's questions. ",
        FirstQuestion = "USER: ",
        Question = "USER: ",
        Turn = " ASSISTANT:",
        Answer = " ",
        EndsWithId = true,
    };

    /// <summary>Llama 2's chat models' (LLaVA's <c>llava_llama_2</c>).</summary>
    public static ConversationTemplate Llama { get; } = new("llama")
    {
        FirstQuestion = "[INST] <<SYS>>\nYou are a helpful language and vision assistant. "
            + "You are able to understand the visual content that the user provides, "
            + "and assist the user with a variety of tasks using natural language.\n<</SYS>>\n\n",
        Question = "[INST] ",
        QuestionsBegin = true,
        Turn = " [/INST]",
        Answer = " ",
        End = " ",
        EndsWithId = true,
    };

    /// <summary>Phi-3's.</summary>
    public static ConversationTemplate Phi3 { get; } = new("phi3")
    {
        Opening = "<|system|>\nYou are a helpful AI assistant.<|end|>",
        FirstQuestion = "\n<|user|>\n",
        Question = "\n<|user|>\n",
        Turn = "<|end|>\n<|assistant|>\n",
        End = "<|end|>",
    };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ConversationTemplate> All { get; } = [Plain, Phi3, Vicuna, Llama];

    /// <summary>The template of that name.</summary>
    /// <exception cref="ConfigurationException">There is none; the message lists the names.</exception>
    public static ConversationTemplate Of(string name) => All.FirstOrDefault(template => template.Name == name)
        ?? throw new ConfigurationException(
            $"There is no template '{name}'; it must be one of {string.Join(", ", All.Select(template => template.Name))}.");
}
