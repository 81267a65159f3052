using Images;
using static LibMoE.Runtime.Tests.Examples.Figures;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>What was asked for of the example on images: of each set a line of its own.</summary>
public sealed class ImageCriteriaTests
{
    private const string Asked = "Asked for: accuracy at least 1.5 points above the student alone, at equal seeds";

    [Fact]
    public void A_student_is_held_to_the_same_student_alone_seed_by_seed()
    {
        // 2, 2 and 3.2 points: 2.4 ± .4.
        var alone = Student("alone", "0", 0.8, 0.7, 0.75);

        Assert.Equal(
            $"{Asked}. taught +2.40 ± 0.40 points (3 seeds): reached, little +1.00 ± 0.00 points (3 seeds): missed.",
            Said(alone, Student("taught", "0.5", 0.82, 0.72, 0.782), Student("little", "1", 0.81, 0.71, 0.76)));
    }

    [Fact]
    public void A_student_who_is_as_good_as_asked_for_reached_it_and_one_seed_has_no_error() => Assert.Equal(
        $"{Asked}. taught +2.00 points (one seed): reached.", Said(Student("alone", "0", 0.5), Student("taught", "1", 0.52)));

    [Fact]
    public void Other_settings_of_a_grid_must_be_the_same() => Assert.Equal(
        $"{Asked}. hot taught −10.00 points (one seed): missed.",
        Said(
            Student("cold", "0", 0.5), Student("hot", "0", 0.6, "4"), Student("hot taught", "1", 0.5, "4")));

    [Fact]
    public void Where_nobody_had_a_teacher_it_says_what_that_takes() => Assert.Equal(
        $"{Asked}: not measured, which takes --Training:Distill:Teacher=RUN --Study:Grid:Training:Distill:Weight=0,1.",
        Said(Variant("Dense", Accuracy(0.8))));

    [Fact]
    public void Other_sets_have_bars_and_digits_a_simple_method()
    {
        Assert.StartsWith("Asked for: accuracy at least 0.88.", Line(null), StringComparison.Ordinal);
        Assert.StartsWith("Asked for: accuracy more than nearest neighbours, 0.7.", Line("digits"), StringComparison.Ordinal);
        Assert.Equal(
            [
                "Asked for: auroc at least 0.94. X 0.950 ± 0.010: reached.",
                "Asked for: scaled calibration error at most 0.05. X 0.060 ± 0.010: missed.",
            ],
            ImageCriteria.Of("pneumonia").Select(criterion => criterion.Of(Figures.Of([Variant(
                "X", Accuracy(0.95) with { Name = "auroc" }, Error(0.06) with { Name = "scaled calibration error" })]))));

        static string Line(string? set) => Assert.Single(ImageCriteria.Of(set)).Of(
            Figures.Of([Variant("Dense", Accuracy(0.8))], ("nearest neighbours", 0.7)));
    }

    private static string Said(params VariantResult[] variants) =>
        Assert.Single(ImageCriteria.Of("fashion-1000")).Of(Figures.Of(variants));

    private static VariantResult Student(string name, string weight, params double[] accuracies) =>
        Variant(name, new Dictionary<string, string> { ["Training:Distill:Weight"] = weight }, accuracies);

    private static VariantResult Student(string name, string weight, double accuracy, string temperature) =>
        Variant(
            name,
            new Dictionary<string, string> { ["Training:Distill:Temperature"] = temperature, ["Training:Distill:Weight"] = weight },
            accuracy);
}
