namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Which of ten words stands in the blank of a story's 21st sentence.</summary>
    public static EvaluationTask Cbt { get; } = new()
    {
        Name = "cbt",
        Version = 2,
        Title = "Children's Book Test: named entities, common nouns, verbs, prepositions",
        Form = TaskForm.WholeText,
        Sources =
        [
            new()
            {
                Files =
                [
                    new("cbt/CBTest.tgz")
                    {
                        Entries = "*/cbtest_*_test_2500ex.txt",
                        Sha256 = "932df0cadc1337b2a12b4c696b1041c1d1c6d4b6bd319874c6288f02e4a61e92",
                        Url = "http://www.thespermwhale.com/jaseweston/babi/CBTest.tgz",
                    },
                ],
                Format = DataFormat.ChildrensBook,
                Fields = new Dictionary<string, string> { ["part"] = "{$file|after:cbtest_|before:_}" },
                Answer = "{answer}",
                AnswerNames = ["{options}"],
            },
        ],
        Choices = ["{story} {before}{options}{after}"],
        Group = "{part}",
        Metric = MetricNames.Accuracy,
        Mean = MeanKind.Macro,
        Options = 10,
        Chance = 0.1,
        Citation =
            "Hill et al. 2016, The Goldilocks principle: reading children's books with explicit memory representations, arXiv:1511.02301",
        Licence = "GFDL 1.3 (texts from Project Gutenberg)",
        Homepage = "https://research.fb.com/downloads/babi/",
    };
}
