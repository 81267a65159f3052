namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>School questions with an image, two to five options, as LLaVA asks them.</summary>
    public static EvaluationTask ScienceQaImages { get; } = new()
    {
        Name = "scienceqa_img",
        Version = 1,
        Title = "ScienceQA test, questions with an image",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("scienceqa/problems.json")],
                Format = DataFormat.Json,
                Rows = ".",
                Images = new("scienceqa/test.zip"),
                Only = new Dictionary<string, string>
                {
                    ["{split}"] = "^test$",
                    ["{image?}"] = ".",
                },
                Answer = "{answer}",
            },
        ],
        Images = ["{$key}/{image}"],
        Choices = ["{choices}"],
        OptionsVary = true,
        Prompt = "{hint?|wrap:Context: *\n}{question}\n{$options}\nAnswer with the option's letter from the given choices directly.",
        Rule = AnswerRule.ScienceQa,
        MaxTokens = 16,
        Until = [],
        Group = "{subject?}",
        Metric = MetricNames.Accuracy,
        Citation =
            "Lu et al. 2022, Learn to explain: multimodal reasoning via thought chains for science question answering, arXiv:2209.09513",
        Licence = "CC BY-NC-SA 4.0",
        Access = "data/scienceqa/problems.json of the repository and the images of the test split, test.zip as it is or unpacked",
        Homepage = "https://github.com/lupantech/ScienceQA",
    };
}
