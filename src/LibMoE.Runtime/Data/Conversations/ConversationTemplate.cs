namespace LibMoE.Runtime;

/// <summary>How turns become one text: what stands before and behind questions and answers.</summary>
/// <remarks>A conversation begins with <see cref="Opening"/>. The marks of a vocabulary's start and end are its ids where it has them, and
/// else their texts.</remarks>
/// <param name="Name">The name in settings.</param>
public sealed record ConversationTemplate(string Name)
{
    private const string VicunaSystem = "A chat between a curious user and an artificial intelligence assistant. "
        + "The assistant gives helpful, detailed, and polite answers to the user's questions.";

    private const string LlamaSystem = "You are a helpful language and vision assistant. "
        + "You are able to understand the visual content that the user provides, "
        + "and assist the user with a variety of tasks using natural language.";

    private const string Phi3System = "You are a helpful AI assistant.";

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

    /// <summary>What the model is told of its task, as it stands in <see cref="Opening"/> or <see cref="FirstQuestion"/>; empty where
    /// the template says nothing of it.</summary>
    public string SystemText { get; init; } = "";

    /// <summary>The template with another task in the place of <see cref="SystemText"/>; where that is empty, the task and a line end stand
    /// before all else.</summary>
    /// <param name="system">What the model is told.</param>
    public ConversationTemplate WithSystem(string system) => SystemText.Length == 0
        ? this with { SystemText = system, Opening = $"{system}\n{Opening}" }
        : this with
        {
            SystemText = system,
            Opening = Opening.Replace(SystemText, system, StringComparison.Ordinal),
            FirstQuestion = FirstQuestion.Replace(SystemText, system, StringComparison.Ordinal),
        };

    /// <summary>Images, then the caption and a line end (LLaVA's <c>plain</c>).</summary>
    public static ConversationTemplate Plain { get; } = new("plain") { ImagesOnly = true, End = "\n" };

    /// <summary>Vicuna's (LLaVA's <c>v1</c>).</summary>
    public static ConversationTemplate Vicuna { get; } = new("vicuna")
    {
        SystemText = VicunaSystem,
        Opening = VicunaSystem + " ",
        FirstQuestion = "USER: ",
        Question = "USER: ",
        Turn = " ASSISTANT:",
        Answer = " ",
        EndsWithId = true,
    };

    /// <summary>Llama 2's chat models' (LLaVA's <c>llava_llama_2</c>).</summary>
    public static ConversationTemplate Llama { get; } = new("llama")
    {
        SystemText = LlamaSystem,
        FirstQuestion = $"[INST] <<SYS>>\n{LlamaSystem}\n<</SYS>>\n\n",
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
        SystemText = Phi3System,
        Opening = $"<|system|>\n{Phi3System}<|end|>",
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
