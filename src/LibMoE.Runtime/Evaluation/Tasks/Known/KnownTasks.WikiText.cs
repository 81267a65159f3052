namespace LibMoE.Runtime;

public static partial class KnownTasks
{
    /// <summary>Perplexity of Wikipedia's articles; words and bytes are counted before detokenisation, as
    /// lm-evaluation-harness does.</summary>
    public static EvaluationTask WikiText { get; } = new()
    {
        Name = "wikitext",
        Version = 2,
        Title = "WikiText-2 raw test, detokenised, by article",
        Form = TaskForm.Text,
        Sources =
        [
            new()
            {
                Files = [new("wikitext2/wiki.test.raw") { Sha256 = "173c87a53759e0201f33e0ccf978e510c2042d7f2cb78229d9a50d79b9e7dd08" }],
                Format = DataFormat.WikiText,
            },
            new()
            {
                Files =
                [
                    new("wikitext2/wikitext-2-raw-v1.zip")
                    {
                        Entries = "wikitext-2-raw/wiki.test.raw",
                        Sha256 = "ef7edb566e3e2b2d31b29c1fdb0c89a4cc683597484c3dc2517919c615435a11",
                        Url = "https://wikitext.smerity.com/wikitext-2-raw-v1.zip",
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

    /// <summary>The same with rare words written as <c>&lt;unk&gt;</c>, which is easier:
    /// no score to be compared with <see cref="WikiText"/>'s.</summary>
    public static EvaluationTask WikiTextUnk { get; } = WikiText with
    {
        Name = "wikitext_unk",
        Title = "WikiText-2 test with <unk> for rare words, detokenised, by article",
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
    };
}
