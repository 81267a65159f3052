using System.Globalization;
using LibMoE.Generators.Tests.Support;

namespace LibMoE.Generators.Tests;

public class CultureTests
{
    private const string Attributes =
        "Experts<SwiGlu>(12), SigmoidGate(TopK = 2, Scale = 2.5, InitStd = 1e-7), SequenceBalance(0.0001), BiasBalance(0.001), "
            + "Vary(\"Rate\", 0.5), Vary(\"InitStd\", 0.25)";

    [Theory]
    [InlineData("fr-FR")] // a comma in numbers
    [InlineData("fi-FI")] // a minus sign that is not ASCII
    [InlineData("ar-SA")]
    [InlineData("tr-TR")] // i without a dot
    public void The_machines_language_changes_no_generated_text(string culture)
    {
        var expected = Texts("", Attributes);

        Assert.Equal(expected, Texts(culture, Attributes));
    }

    [Fact]
    public void The_machines_language_changes_no_message() =>
        Assert.Equal(Messages(""), Messages("fi-FI"));

    [Fact]
    public void The_threads_language_is_left_as_it_was()
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);

        GeneratorRun.Of(TestSource.Layer(Attributes)).AssertReportsNothing();

        Assert.Equal((before, beforeUi), (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture));
    }

    private static List<string> Texts(string culture, string attributes) =>
        In(culture, () => GeneratorRun.Of(TestSource.Layer(attributes)).AssertReportsNothing()
            .Result.GeneratedSources.Select(source => $"{source.HintName}\n{source.SourceText}").ToList());

    private static List<string> Messages(string culture) =>
        In(culture, () => GeneratorRun.Of(TestSource.Layer("Experts<SwiGlu>(-4), SoftmaxGate, SwitchBalance(-0.5)")).Messages().ToList());

    private static TResult In<TResult>(string culture, Func<TResult> run)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = new CultureInfo(culture);
        try
        {
            return run();
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }
}
