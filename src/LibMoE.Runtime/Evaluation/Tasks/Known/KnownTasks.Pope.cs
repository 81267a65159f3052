namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Is there such an object in the image: as many objects that are there as ones that are not, drawn at random, by how common
    /// they are, and by how often they are beside those that are there.</summary>
    public static EvaluationTask Pope { get; } = new()
    {
        Name = "pope",
        Version = 1,
        Title = "POPE on COCO",
        Form = TaskForm.Generate,
        Sources =
        [
            new()
            {
                Files = [new("pope/coco_pope_random.json"), new("pope/coco_pope_popular.json"), new("pope/coco_pope_adversarial.json")],
                Format = DataFormat.JsonLines,
                Images = new("pope/val2014.zip"),
            },
        ],
        Images = ["{image}"],
        Prompt = "{text}\nAnswer the question using a single word or phrase.",
        Target = "{label|lower}",
        Rule = AnswerRule.Pope,
        MaxTokens = 16,
        Until = [],
        Unit = "{image}",
        Group = "{$file|afterlast:coco_pope_|before:.json}",
        Mean = MeanKind.Macro,
        Metric = MetricNames.Accuracy,
        Options = 2,
        Chance = 0.5,
        Citation = "Li et al. 2023, Evaluating object hallucination in large vision-language models, arXiv:2305.10355",
        Licence = "MIT; images of COCO under Flickr's terms",
        Access = "the three files of output/coco, and COCO's val2014.zip (6 GB) as it is or unpacked into pope/val2014",
        Homepage = "https://github.com/AoiDragon/POPE",
    };
}
