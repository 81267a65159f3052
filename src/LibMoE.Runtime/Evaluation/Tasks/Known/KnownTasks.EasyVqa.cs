namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Templated questions on drawings of one coloured shape: is it there, which shape, which colour.</summary>
    public static EvaluationTask EasyVqa { get; } = new()
    {
        Name = "easy_vqa",
        Version = 1,
        Title = "easy-VQA test",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [
                    new("easy_vqa/test_questions.json") { Sha256 = "0d4630a51bafec65343e2f6af9cdd20cf8eae214344ef57636202eec409553f7" }],
                Development =
                    [new("easy_vqa/train_questions.json") { Sha256 = "bb67697636aed0e65631d4266824aebeae5c833b0f37ed781e20752e85617ec5" }],
                Format = DataFormat.Json,
                Images = new("easy_vqa/test_images.zip"),
            },
        ],
        Images = ["{2}.png"],
        Prompt = "{0}\nAnswer the question using a single word or phrase.",
        Target = "{1}",
        Rule = AnswerRule.ShortAnswer,
        MaxTokens = 16,
        Until = [],
        Unit = "{2}",
        Group = "{1|map:yes=presence;no=presence;circle=shape;rectangle=shape;triangle=shape;*=color}",
        Metric = MetricNames.Accuracy,
        Citation = "Zhou 2019, easy-VQA, https://github.com/vzhou842/easy-VQA",
        Licence = "MIT",
        Access = "of the repository's easy_vqa/data, test/questions.json, train/questions.json and test/images, zipped, under these names",
        Homepage = "https://github.com/vzhou842/easy-VQA",
    };
}
