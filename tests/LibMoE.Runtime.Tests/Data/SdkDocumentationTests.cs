using LibMoE.Runtime.Data.Sources;

namespace LibMoE.Runtime.Tests.Data;

public sealed class SdkDocumentationTests : IDisposable
{
    private const string Array = """
        <?xml version="1.0"?>
        <doc><assembly><name>Not.Prose</name></assembly><members>
          <member name="M:System.Array.CopyTo(System.Array,System.Int32)">
            <summary>Copies to the
              compatible <see cref="T:System.Array" />, unlike <see cref="M:System.String.Format(System.String,System.Object)" />.</summary>
            <param name="index">Where <paramref name="array" /> begins; not <see langword="null" />.</param>
            <returns><para>One.</para><para>Two &amp; more.</para></returns>
            <exception cref="T:System.ArgumentNullException">Not a line.</exception>
            <remarks />
            <typeparam name="T">Items of <see cref="T:System.Collections.Generic.List`1" />.</typeparam>
          </member>
        </members></doc>
        """;

    private readonly TemporaryFolder _dotnet = new();

    public void Dispose() => _dotnet.Dispose();

    [Fact]
    public void Prose_is_read_without_markup_one_line_an_element()
    {
        Pack("10.0.1", "Array.xml", Array);

        var document = Assert.Single(SdkDocumentation.Find(_dotnet.Path).Read());

        Assert.Equal("Array", document.Name);
        Assert.Equal(
            [
                "Copies to the compatible Array, unlike String.Format.",
                "Where array begins; not null.",
                "One. Two & more.",
                "Items of List.",
            ],
            document.Text.Split('\n'));
    }

    [Fact]
    public void A_line_that_any_document_had_before_is_left_out()
    {
        Pack("10.0.1", "A.xml", Doc("The name.", "First.", "The name."));
        Pack("10.0.1", "B.xml", Doc("Second.", "The  name."));
        Pack("10.0.1", "C.xml", Doc("The name."));

        var documents = SdkDocumentation.Find(_dotnet.Path).Read();

        Assert.Equal([new("A", "The name.\nFirst."), new Document("B", "Second.")], documents);
    }

    [Fact]
    public void The_newest_pack_with_documentation_is_taken_and_named()
    {
        Pack("9.0.11", "A.xml", Doc("Old."));
        Pack("10.0.9", "A.xml", Doc("Newer."));
        Pack("10.0.12", "A.xml", Doc("Newest."));
        _dotnet.Write("packs/Microsoft.NETCore.App.Ref/11.0.0/data/FrameworkList.xml", "<FileList />");

        var documentation = SdkDocumentation.Find(_dotnet.Path);

        Assert.Equal(".NET 10.0.12 reference documentation", documentation.Name);
        Assert.Equal("Newest.", Assert.Single(documentation.Read()).Text);
    }

    [Fact]
    public void Without_packs_one_line_says_what_to_do()
    {
        var error = Assert.Throws<ConfigurationException>(() => SdkDocumentation.Find(_dotnet.Path));

        Assert.StartsWith("The default corpus is the documentation that the .NET SDK carries under ", error.Message);
        Assert.EndsWith("; install an SDK or name a text file or folder by --corpus.", error.Message);
        Assert.DoesNotContain("\n", error.Message);
    }

    [SkippableFact]
    public void The_default_corpus_is_large_clean_and_shares_no_line_between_its_parts()
    {
        Corpus corpus;
        try
        {
            corpus = Corpus.Load(null);
        }
        catch (ConfigurationException error)
        {
            throw new SkipException("The SDK's documentation is not installed: " + error.Message);
        }

        var train = CorpusTests.Text(corpus.Train).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var validation = CorpusTests.Text(corpus.Validation).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(corpus.Train.Count > 4_000_000, $"{corpus.Train.Count} training bytes");
        Assert.True(corpus.Validation.Count > 200_000, $"{corpus.Validation.Count} held-out bytes");
        Assert.Empty(train.Intersect(validation));
        Assert.Equal(train.Length, train.Distinct().Count());
        var entropy = CorpusEntropy.Of(corpus);
        Assert.InRange(entropy.Unigram, 3.0, 3.6);
        Assert.InRange(entropy.Bigram, 2.2, 2.7);
    }

    private static string Doc(params string[] summaries) =>
        "<doc><members>"
        + string.Concat(summaries.Select(text => $"<member name=\"T:X\"><summary>{text}</summary></member>"))
        + "</members></doc>";

    private void Pack(string version, string file, string content) =>
        _dotnet.Write($"packs/Microsoft.NETCore.App.Ref/{version}/ref/net10.0/{file}", content.TrimStart());
}
