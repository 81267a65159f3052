using LibMoE.Runtime.Kernels.Matmul.Choosing;

namespace LibMoE.Runtime.Tests.Kernels;

/// <summary>Which float32 matmul a processor gets, and by whose word.</summary>
public sealed class ProductTableTests
{
    private const string Table = """
        # a note
        maker,family,model,small,middle,large
        GenuineIntel,6,207,Blas,Blas,Panel
        GenuineIntel,*,*,Blas,Blas,Blas
        *,*,*,Panel,Panel,Panel
        """;

    [Theory]
    [InlineData("GenuineIntel", 6, 207, "Blas,Blas,Panel")]
    [InlineData("GenuineIntel", 6, 85, "Blas")]
    [InlineData("AuthenticAMD", 26, 2, "Panel")]
    public void The_first_row_that_fits_is_taken(string maker, int family, int model, string expected) =>
        Assert.Equal(expected, Of(new(maker, family, model), environment: null).ToString());

    [Theory]
    [InlineData("Blas", "Blas")]
    [InlineData("Panel, Blas, Panel", "Panel,Blas,Panel")]
    public void The_environment_goes_before_the_table(string environment, string expected) =>
        Assert.Equal(expected, Of(new("AuthenticAMD", 26, 2), environment).ToString());

    [Theory]
    [InlineData("MKL")]
    [InlineData("1")]
    [InlineData("Blas,Panel")]
    public void Another_text_in_the_environment_is_refused_with_what_is_allowed(string environment)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => Of(new("AuthenticAMD", 26, 2), environment));
        Assert.Equal(
            $"LIBMOE_FLOAT32_PRODUCTS: '{environment}' names no float32 matmuls: Blas or Panel is allowed for all sizes, "
            + "or three of them with commas between, for small, middle and large products.",
            refused.Message);
    }

    [Fact]
    public void Without_wide_vectors_the_BLAS_serves_all() => Assert.Equal(
        "Blas", ProductTable.Of(new("AuthenticAMD", 26, 2), Table, "Panel", hasPanels: false).ToString());

    [Theory]
    [InlineData("GenuineIntel", "Blas")]
    [InlineData("AuthenticAMD", "Panel")]
    [InlineData("another", "Panel")]
    public void The_table_of_the_library_has_a_row_for_every_processor(string maker, string large) =>
        Assert.Equal(large, ProductTable.Of(new(maker, 1, 1), ProductTable.Text, null, hasPanels: true).Large.ToString());

    [Theory]
    [InlineData(0x00b00f21, 26, 2)]
    [InlineData(0x000c06f2, 6, 207)]
    [InlineData(0x00050657, 6, 85)]
    public void Family_and_model_are_read_as_the_makers_number_them(int signature, int family, int model) =>
        Assert.Equal((family, model), ProcessorModel.Of(signature));

    private static ProductNames Of(ProcessorModel processor, string? environment) =>
        ProductTable.Of(processor, Table, environment, hasPanels: true);
}
