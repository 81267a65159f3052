namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Perplexity of Wikipedia's articles; words and bytes are counted before detokenisation, as lm-evaluation-harness does.</summary>
    public static EvaluationTask WikiText { get; } = new()
    {
        Name = "wikitext",
        Version = 1,
        Title = "WikiText-2 test, detokenised, by article",
        Form = TaskForm.Text,
        Sources =
        [
            new()
            {
                Files = [new("wikitext2/wiki.test.tokens") { Sha256 = "d790b833ef8cf03a90db7bf1271b7520b83c45ce07ba3c1a9699df81e239eca0" }],
                Format = DataFormat.WikiText,
            },
            new()
            {
                Files =
                [
                    new("wikitext2/wikitext-2-v1.zip")
                    {
                        Entries = "wikitext-2/wiki.test.tokens",
                        Sha256 = "92675f1d63015c1c8b51f1656a52d5bdbc33aafa60cc47a218a66e7ee817488c",
                        Url = "https://s3.amazonaws.com/research.metamind.io/wikitext/wikitext-2-v1.zip",
                    },
                ],
                Format = DataFormat.WikiText,
            },
        ],
        Target = "{text|detokenized}",
        Measured = "{text}",
        Metric = MetricNames.WordPerplexity,
        Citation = "Merity et al. 2016, Pointer sentinel mixture models, arXiv:1609.07843",
        Licence = "CC BY-SA 3.0 and GFDL",
        Homepage = "https://huggingface.co/datasets/Salesforce/wikitext",
    };
}
